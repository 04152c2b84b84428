// The page is complete without this: it turns the views of a figure into tabs, marks the reader's place in the contents, and
// switches the colours. What is read out of charts is in readings.js, what is done with drawings in drawings.js.
(() => {
  const root = document.documentElement;

  // -- colours --------------------------------------------------------------------------------------------------------
  const themeSwitch = document.querySelector('[data-theme-switch]');
  const prefersDark = matchMedia('(prefers-color-scheme: dark)');
  const isDark = () => (root.dataset.theme ? root.dataset.theme === 'dark' : prefersDark.matches);
  const nameSwitch = () => { themeSwitch.textContent = isDark() ? themeSwitch.dataset.light : themeSwitch.dataset.dark; };
  themeSwitch.hidden = false;
  nameSwitch();
  prefersDark.addEventListener('change', nameSwitch);
  themeSwitch.addEventListener('click', () => {
    root.dataset.theme = isDark() ? 'light' : 'dark';
    try { localStorage.setItem('theme', root.dataset.theme); } catch { /* stays for this visit */ }
    nameSwitch();
  });

  // -- the views of a figure as tabs -----------------------------------------------------------------------------------
  const makeTabs = (figure, index) => {
    const panels = [...figure.querySelectorAll(':scope > .panels > .panel')];
    if (panels.length < 2) return;
    const list = document.createElement('div');
    list.className = 'tabs';
    list.setAttribute('role', 'tablist');
    list.setAttribute('aria-label', words.views);
    const tabs = panels.map((panel, position) => {
      const tab = document.createElement('button');
      tab.type = 'button';
      tab.id = `tab-${index}-${position}`;
      tab.textContent = panel.dataset.label;
      tab.setAttribute('role', 'tab');
      list.append(tab);
      let view = panel;
      if (panel.tagName === 'DETAILS') {
        view = panel.querySelector('.panel-body');
        view.classList.add('panel');
        panel.replaceWith(view);
        panels[position] = view;
      }
      view.id = `view-${index}-${position}`;
      view.setAttribute('role', 'tabpanel');
      view.setAttribute('aria-labelledby', tab.id);
      tab.setAttribute('aria-controls', view.id);
      return tab;
    });
    const show = (chosen, focus) => {
      tabs.forEach((tab, position) => {
        const on = position === chosen;
        tab.setAttribute('aria-selected', String(on));
        tab.tabIndex = on ? 0 : -1;
        panels[position].hidden = !on;
      });
      describe(panels[chosen]);
      if (focus) tabs[chosen].focus();
    };
    list.addEventListener('click', (event) => {
      const position = tabs.indexOf(event.target);
      if (position >= 0) show(position, false);
    });
    list.addEventListener('keydown', (event) => {
      const at = tabs.indexOf(document.activeElement);
      const step = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
      if (at < 0 || step === undefined) return;
      event.preventDefault();
      show((step + tabs.length) % tabs.length, true);
    });
    figure.querySelector('.panels').prepend(list);
    show(0, false);
  };

  // -- what a series is, beside its name ---------------------------------------------------------------------------------
  const describe = (panel) => panel.querySelectorAll('.series-used > li:not(:has(.source-entry))').forEach((item) => {
    const link = item.querySelector('a');
    if (!link) return;
    const entry = document.getElementById(link.hash.slice(1)).cloneNode(true);
    entry.removeAttribute('id');
    entry.querySelector('.source-title').remove();
    item.append(entry);
  });
  document.querySelectorAll('figure.exhibit').forEach(makeTabs);

  // -- the reader's place ------------------------------------------------------------------------------------------------
  const links = new Map([...document.querySelectorAll('.contents a')].map((a) => [a.hash.slice(1), a]));
  const headings = [...links.keys()].map((id) => document.getElementById(id)).filter(Boolean);
  const elsewhere = [...document.querySelectorAll('[data-keeps-place]')];
  const addresses = elsewhere.map((a) => a.getAttribute('href'));
  let current = null;
  // Where a link has led stays the reader's place while it is in sight, wherever in the window it came to stand (the last
  // sections cannot rise to the top, and the layout may still move), until the reader scrolls.
  let sought = document.getElementById(location.hash.slice(1));
  const wander = () => { sought = null; };
  const scrolling = new Set(['ArrowUp', 'ArrowDown', 'PageUp', 'PageDown', 'Home', 'End', ' ']);
  addEventListener('wheel', wander, { passive: true });
  addEventListener('touchmove', wander, { passive: true });
  addEventListener('pointerdown', (event) => { if (event.target === root) wander(); });
  addEventListener('keydown', (event) => { if (scrolling.has(event.key)) wander(); });
  const inSight = (heading) => {
    const box = heading.getBoundingClientRect();
    return box.bottom > 0 && box.top < innerHeight;
  };
  const follow = () => {
    let here = null;
    for (const heading of headings) {
      if (heading.getBoundingClientRect().top > innerHeight * 0.3) break;
      here = heading;
    }
    if (headings.includes(sought) && inSight(sought)) here = sought;
    if (here === current) return;
    links.get(current?.id)?.removeAttribute('aria-current');
    current = here;
    const link = links.get(current?.id);
    link?.setAttribute('aria-current', 'true');
    if (link && getComputedStyle(link.closest('.contents')).position === 'sticky') {
      const box = link.closest('.contents');
      const top = link.offsetTop - box.clientHeight / 2;
      if (link.offsetTop < box.scrollTop || link.offsetTop > box.scrollTop + box.clientHeight - 40) box.scrollTop = top;
    }
    elsewhere.forEach((a, position) => { a.href = addresses[position] + (current ? `#${current.id}` : ''); });
  };
  let waiting = false;
  addEventListener('scroll', () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; follow(); });
  }, { passive: true });
  addEventListener('hashchange', () => {
    sought = document.getElementById(location.hash.slice(1));
    follow();
  });
  new ResizeObserver(follow).observe(document.querySelector('.text')); // once the page is laid out, and when that moves
})();
