// Assumptions to move: each change is worked out at once by `measures`, beside what this edition's own values give.
(() => {
  const MINUS = '\u2212';
  const formats = new Map(); // one is dear to make
  const formatOf = (decimals) => {
    const options = { minimumFractionDigits: decimals, maximumFractionDigits: decimals, roundingMode: 'halfEven' };
    if (!formats.has(decimals)) formats.set(decimals, new Intl.NumberFormat('en', options));
    return formats.get(decimals);
  };
  const written = (value, decimals) => {
    const size = Math.abs(value) < 1e21 ? Math.abs(value) : 1e21;
    const digits = formatOf(decimals).format(size);
    return (value < 0 && /[1-9]/.test(digits) ? MINUS : '') + digits;
  };
  const exact = (value) => Number(value.toPrecision(12)); // 4.5 % is 0.045, not 0.045000000000000005
  const within = (value, dial) => Math.min(Math.max(value, dial.low), dial.high);

  // A slider over several powers of ten moves by equal factors, in a thousand places.
  const PLACES = 1000;
  const byFactors = (dial) => {
    const span = Math.log(dial.high / dial.low);
    return {
      min: 0, max: PLACES, step: 1,
      place: (shown) => Math.round(PLACES * Math.log(shown / dial.low) / span),
      shown: (place) => within(Number((dial.low * Math.exp(span * place / PLACES)).toPrecision(2)), dial),
    };
  };
  const bySteps = (dial) => ({ min: dial.low, max: dial.high, step: dial.step, place: (shown) => shown, shown: (place) => exact(place) });

  const makeTrial = (figure) => {
    const record = JSON.parse(figure.dataset.record);
    const rows = [...figure.querySelectorAll('.outcomes tr')];
    const said = figure.querySelector('.what-if-said');
    const command = figure.querySelector('.what-if-command code');
    const dials = record.dials.map((dial) => {
      const field = figure.querySelector(`[data-parameter="${dial.parameter}"]`);
      const slider = figure.querySelector(`[data-slides="${field.id}"]`);
      const scale = dial.step === null ? byFactors(dial) : bySteps(dial);
      Object.assign(slider, { min: scale.min, max: scale.max, step: scale.step });
      return { ...dial, field, slider, unitSize: dial.scale, scale, shown: dial.start };
    });
    const valueOf = (dial) => (dial.shown === dial.start ? dial.value : exact(dial.shown * dial.unitSize));

    const resultOf = (outcome, known) => {
      const given = Object.entries(outcome.arguments).map(([name, argument]) => [name, known[argument] ?? argument]);
      const result = measures[outcome.measure](Object.fromEntries(given));
      return outcome.part ? result[outcome.part] : result;
    };
    const show = () => {
      const known = { ...record.given };
      dials.forEach((dial) => { known[dial.parameter] = valueOf(dial); });
      const sentence = record.outcomes.map((outcome, position) => {
        const value = resultOf(outcome, known);
        const data = rows[position].querySelector('data');
        data.value = value ?? '';
        data.textContent = value === null ? outcome.none : written(value / outcome.scale, outcome.decimals);
        return `${outcome.label}: ${data.textContent}${value === null ? '' : ` ${outcome.unit}`}`;
      });
      const changed = dials.filter((dial) => valueOf(dial) !== dial.value);
      if (command) {
        command.textContent = figure.dataset.command + changed.map((dial) => ` --set ${dial.parameter}=${valueOf(dial)}`).join('');
      }
      figure.classList.toggle('changed', changed.length > 0);
      return sentence.join('; ');
    };
    let waiting = null;
    const announce = (sentence) => { // once the reader has come to rest, not at every step of a slider
      clearTimeout(waiting);
      waiting = setTimeout(() => { said.textContent = sentence; }, 600);
    };
    const place = (dial) => {
      dial.slider.value = dial.scale.place(dial.shown);
      dial.slider.setAttribute('aria-valuetext', `${dial.shown} ${dial.unit}`);
    };
    dials.forEach((dial) => {
      dial.field.addEventListener('input', () => {
        const typed = dial.field.valueAsNumber;
        const fits = typed >= dial.low && typed <= dial.high && (!dial.whole || Number.isInteger(exact(typed * dial.unitSize)));
        dial.field.setAttribute('aria-invalid', String(!fits));
        if (!fits) return;
        dial.shown = typed;
        place(dial);
        announce(show());
      });
      dial.field.addEventListener('change', () => { // what does not fit goes back to what the results stand for
        dial.field.value = dial.shown;
        dial.field.setAttribute('aria-invalid', 'false');
      });
      dial.slider.addEventListener('input', () => {
        dial.shown = dial.scale.shown(Number(dial.slider.value));
        dial.field.value = dial.shown;
        dial.slider.setAttribute('aria-valuetext', `${dial.shown} ${dial.unit}`);
        announce(show());
      });
    });
    const reset = () => {
      dials.forEach((dial) => {
        dial.shown = dial.start;
        dial.field.value = dial.start;
        place(dial);
      });
    };
    figure.querySelector('[data-reset]').addEventListener('click', () => {
      reset();
      announce(show());
    });
    figure.querySelector('[data-copy]')?.addEventListener('click', async (event) => {
      try {
        await navigator.clipboard.writeText(command.textContent);
      } catch { // a page from disk may not reach the clipboard: select it, for the reader to copy
        getSelection().selectAllChildren(command);
        return;
      }
      said.textContent = words.copied;
      const label = event.target.textContent;
      event.target.textContent = words.copied;
      setTimeout(() => { event.target.textContent = label; }, 1500);
    });
    figure.querySelectorAll('.dials, .what-if-tools, .yours').forEach((element) => { element.hidden = false; });
    figure.querySelector('.assumed').hidden = true;
    reset();
    new IntersectionObserver((entries, observer) => { // the results to begin with stand there: worked out when they come near
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      show();
    }, { rootMargin: '50% 0px' }).observe(figure);
  };
  document.querySelectorAll('.what-if').forEach(makeTrial);
})();
