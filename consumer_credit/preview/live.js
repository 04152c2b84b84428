// Follows the preview: reloads the page at the same place when there is a newer one, and says what stands in the way.
(() => {
  const words = __WORDS__;
  const version = __VERSION__;
  const key = `preview:${location.pathname}`;

  // -- the reader's place ----------------------------------------------------------------------------------------------
  const named = () => [...document.querySelectorAll('main [id]')].filter((element) => element.offsetParent); // seen, and no part of a drawing
  const place = () => {
    const near = named().filter((element) => element.getBoundingClientRect().top <= innerHeight / 2).pop();
    const figures = [...document.querySelectorAll('figure[id]')];
    return {
      id: near?.id,
      top: near?.getBoundingClientRect().top,
      scroll: scrollY,
      views: figures.map((figure) => [figure.id, [...figure.querySelectorAll('[role=tab]')].findIndex((tab) => tab.ariaSelected === 'true')]),
      open: [...document.querySelectorAll('details[open]')].map((details) => [...document.querySelectorAll('details')].indexOf(details)),
    };
  };
  const reload = () => {
    try { sessionStorage.setItem(key, JSON.stringify(place())); } catch { /* the browser keeps the place as well as it can */ }
    location.reload();
  };
  const restore = (kept) => {
    for (const [id, view] of kept.views) {
      const tab = view > 0 && document.getElementById(id)?.querySelectorAll('[role=tab]')[view];
      if (tab) tab.click();
    }
    const all = document.querySelectorAll('details');
    kept.open.forEach((position) => { if (all[position]) all[position].open = true; });
    const scroll = () => {
      const near = kept.id && document.getElementById(kept.id);
      const to = near ? scrollY + near.getBoundingClientRect().top - kept.top : kept.scroll;
      scrollTo({ top: to, behavior: 'instant' });
    };
    scroll();
    document.fonts.ready.then(scroll);
  };
  try {
    const kept = JSON.parse(sessionStorage.getItem(key));
    sessionStorage.removeItem(key);
    if (kept) {
      history.scrollRestoration = 'manual';
      restore(kept);
    }
  } catch { /* begin at the top */ }

  // -- what it says ----------------------------------------------------------------------------------------------------
  const host = document.createElement('div');
  host.id = 'preview';
  const shadow = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host { all: initial; }
    * { box-sizing: border-box; }
    section { position: fixed; inset: auto 0 0 0; max-height: 60vh; overflow: auto; z-index: 2147483647; padding: 1rem 1.25rem 1.25rem;
      font: 15px/1.5 system-ui, sans-serif; color: #1a1a1a; background: #fff4f2; border-top: 4px solid #b3261e; box-shadow: 0 -4px 24px #0004; }
    h2 { margin: 0 0 .25rem; font-size: 1rem; color: #8c1d18; }
    p { margin: .25rem 0; }
    .where { font-weight: 600; }
    .what { white-space: pre-wrap; overflow-wrap: anywhere; }
    .kept { color: #5a5a5a; }
    pre { margin: .5rem 0; padding: .6rem .8rem; overflow-x: auto; font: 13px/1.5 ui-monospace, monospace; background: #fff; border: 1px solid #e3c1bd; }
    button { float: right; font: inherit; padding: .1rem .6rem; }
    output { position: fixed; inset: auto auto .75rem .75rem; max-width: calc(100vw - 1.5rem); z-index: 2147483646; padding: .35rem .7rem;
      font: 13px/1.4 system-ui, sans-serif; color: #fff; background: #333d; border-radius: 4px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
    [hidden] { display: none; }
    @media print { :host { display: none; } }
  `);
  shadow.adoptedStyleSheets = [sheet];
  const make = (tag, name, parent) => {
    const element = document.createElement(tag);
    element.className = name;
    parent.append(element);
    return element;
  };
  const pill = make('output', 'doing', shadow);
  const box = make('section', 'problem', shadow);
  box.setAttribute('role', 'alert');
  const hide = make('button', 'hide', box);
  hide.type = 'button';
  hide.textContent = words.hide;
  hide.addEventListener('click', () => { box.hidden = true; });
  make('h2', 'title', box).textContent = words.problem;
  const parts = Object.fromEntries(['where', 'what', 'remedy'].map((name) => [name, make('p', name, box)]));
  parts.excerpt = make('pre', 'excerpt', box);
  make('p', 'kept', box).textContent = words.kept;
  pill.hidden = box.hidden = true;
  document.body.append(host);

  let shown = '';
  const say = (state) => {
    pill.hidden = !state.doing;
    pill.textContent = `${words.doing}: ${state.doing}`;
    const problem = JSON.stringify(state.problem);
    if (problem === shown) return;
    shown = problem;
    box.hidden = !state.problem;
    for (const [name, element] of Object.entries(parts)) {
      element.textContent = state.problem?.[name] || '';
      element.hidden = !element.textContent;
    }
  };

  // -- what it hears ---------------------------------------------------------------------------------------------------
  const source = new EventSource(`/${__LANGUAGE__}/events`);
  source.addEventListener('message', (event) => {
    const state = JSON.parse(event.data);
    if (state.version && state.version !== version) reload();
    else say(state);
  });
  source.addEventListener('error', () => { pill.hidden = false; pill.textContent = words.gone; });
  addEventListener('pagehide', () => source.close());
})();
