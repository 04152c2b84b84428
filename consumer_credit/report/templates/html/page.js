// The page is complete without this: it turns the views of a figure into tabs, marks the reader's place in the contents,
// switches the colours and writes pictures.
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
        view = document.createElement('div');
        view.className = 'panel';
        view.dataset.label = panel.dataset.label;
        view.append(panel.querySelector('.panel-body'));
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

  // -- the points of a chart, read out under the pointer or by the arrow keys -------------------------------------------------
  const pointsOf = (drawing) => [...drawing.querySelectorAll('[data-rows]')].map((series) => {
    const path = series.tagName === 'path' ? series : series.querySelector('path');
    const rows = series.dataset.rows.split(' ').map(Number);
    const vertices = [...path.getAttribute('d').matchAll(/[ML]\s*(-?[\d.]+)[ ,]+(-?[\d.]+)/g)];
    return vertices.map((vertex, position) => ({ x: Number(vertex[1]), y: Number(vertex[2]), row: rows[position], path }));
  });
  // Bars, dots and cells: one for each row of the table, or two.
  const marksOf = (drawing) => [...drawing.querySelectorAll('[data-row]')].map((mark) => {
    const box = mark.getBBox();
    return { x: box.x + box.width / 2, y: box.y + box.height / 2, row: Number(mark.dataset.row), path: mark, box };
  }).sort((one, other) => one.row - other.row);
  const makeReadable = (drawing) => {
    if (!drawing.querySelector('[data-rows], [data-row]')) return;
    let found = null;
    const lines = () => {
      if (found === null) {
        const marks = marksOf(drawing);
        found = marks.length ? [marks] : pointsOf(drawing);
      }
      return found;
    };
    const svg = drawing.querySelector('svg');
    const figure = drawing.closest('figure');
    const heads = [...figure.querySelectorAll('thead th')].map((head) => {
      const unit = head.querySelector('.unit')?.textContent ?? '';
      return { name: head.firstChild?.textContent.trim() ?? '', unit };
    });
    const body = [...figure.querySelectorAll('tbody tr')];
    let ring = null;
    const ringAround = ({ x, y, path, box }) => {
      ring?.remove();
      ring = document.createElementNS('http://www.w3.org/2000/svg', box ? 'rect' : 'circle');
      const places = box ? { x: box.x - 2, y: box.y - 2, width: box.width + 4, height: box.height + 4 }
        : { cx: x, cy: y, r: 5, stroke: getComputedStyle(path).stroke };
      Object.entries({ class: 'ring', ...places }).forEach(([name, value]) => ring.setAttribute(name, value));
      svg.append(ring);
    };
    const note = document.createElement('div');
    note.className = 'reading';
    note.setAttribute('aria-live', 'polite');
    note.hidden = true;
    drawing.append(note);
    drawing.tabIndex = 0;
    drawing.setAttribute('role', 'group');
    drawing.setAttribute('aria-label', words.points);

    const hide = () => { note.hidden = true; ring?.remove(); };
    const show = (point) => {
      const cells = [...body[point.row].cells];
      note.replaceChildren();
      cells.forEach((cell, column) => {
        const head = heads[column];
        const line = document.createElement('div');
        if (getComputedStyle(cell).textAlign === 'right') {
          const value = document.createElement('b');
          value.textContent = cell.textContent;
          line.append(`${head.name} `, value, head.unit ? ` ${head.unit}` : '');
        } else {
          line.textContent = column < 2 ? cell.textContent : `${head.name} ${cell.textContent}`;
        }
        note.append(line);
      });
      ringAround(point);
      note.hidden = false;
      const frame = drawing.getBoundingClientRect();
      const at = new DOMPoint(point.x, point.y).matrixTransform(svg.getScreenCTM());
      const left = at.x - frame.left + drawing.scrollLeft;
      const fits = left + 14 + note.offsetWidth <= drawing.scrollLeft + drawing.clientWidth;
      note.style.left = `${fits ? left + 14 : Math.max(left - 14 - note.offsetWidth, 0)}px`;
      note.style.top = `${Math.max(Math.min(at.y - frame.top - note.offsetHeight / 2, drawing.clientHeight - note.offsetHeight), 0)}px`;
    };

    drawing.addEventListener('pointermove', (event) => {
      const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
      let nearest = null;
      let distance = 28;
      for (const point of lines().flat()) {
        const { width, height } = point.box ?? { width: 0, height: 0 };
        const away = Math.hypot(
          Math.max(Math.abs(point.x - at.x) - width / 2, 0), Math.max(Math.abs(point.y - at.y) - height / 2, 0),
        );
        if (away < distance) { distance = away; nearest = point; }
      }
      if (nearest) show(nearest); else hide();
    });
    drawing.addEventListener('pointerleave', hide);
    drawing.addEventListener('blur', hide);

    let line = 0;
    let position = null;
    drawing.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') { hide(); return; }
      const move = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowUp: [1, 0], ArrowDown: [-1, 0] }[event.key];
      if (!move) return;
      event.preventDefault();
      const all = lines();
      const marks = Boolean(all[0][0].box);
      if (position === null) position = marks ? 0 : all[line].length - 1;
      else if (move[0] && !marks) {
        const from = all[line][position].x;
        line = (line + move[0] + all.length) % all.length;
        const gaps = all[line].map((point) => Math.abs(point.x - from));
        position = gaps.indexOf(Math.min(...gaps));
      } else position = Math.min(Math.max(position + move[1] - move[0], 0), all[line].length - 1);
      show(all[line][position]);
    });
  };
  document.querySelectorAll('.drawing').forEach(makeReadable);

  // -- drawings packed for later: as published, and for phones ---------------------------------------------------------------
  const unpacked = (base64) => {
    const packed = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    return new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip')));
  };
  let packedDrawings = null;
  const drawings = () => {
    const held = document.getElementById('drawings').content.textContent;
    packedDrawings ??= unpacked(held).json();
    return packedDrawings;
  };
  const phone = matchMedia('screen and (max-width: 40rem)');
  const drawForPhone = async () => {
    if (!phone.matches || !document.getElementById('drawings') || !('DecompressionStream' in window)) return;
    phone.removeEventListener('change', drawForPhone);
    Object.entries(await drawings()).filter(([, { narrow }]) => narrow).forEach(([id, { narrow }]) => {
      const wide = document.getElementById(id).querySelector('.drawing');
      const box = document.createElement('div');
      box.className = `${wide.className} drawing-narrow`;
      box.innerHTML = narrow;
      box.firstChild.setAttribute('aria-label', wide.querySelector('svg').getAttribute('aria-label'));
      wide.classList.add('drawing-wide');
      wide.after(box);
      makeReadable(box);
    });
    reachable();
  };
  phone.addEventListener('change', drawForPhone);

  // -- what does not fit scrolls, and can be reached by keyboard -----------------------------------------------------------
  const reachable = () => document.querySelectorAll('.drawing, math[display=block]').forEach((box) => {
    const wide = box.scrollWidth > box.clientWidth + 1;
    if (wide) box.tabIndex = 0;
    else if (!box.querySelector('[data-rows], [data-row]')) box.removeAttribute('tabindex');
    box.classList.toggle('wider', wide);
  });
  addEventListener('resize', reachable);
  reachable();
  drawForPhone();

  // -- the reader's place ------------------------------------------------------------------------------------------------
  const links = new Map([...document.querySelectorAll('.contents a')].map((a) => [a.hash.slice(1), a]));
  const headings = [...document.querySelectorAll('.text [id]')].filter((element) => links.has(element.id));
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
  follow();

  // -- pictures to take away ---------------------------------------------------------------------------------------------
  const save = (blob, name) => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };
  document.querySelectorAll('[data-unpacked]').forEach((link) => {
    if (!('DecompressionStream' in window)) return;
    link.addEventListener('click', async (event) => {
      event.preventDefault();
      const name = link.dataset.unpacked;
      const file = name.endsWith('.svg')
        ? new Blob([(await drawings())[link.closest('figure').id].svg], { type: 'image/svg+xml' })
        : new Blob([await unpacked(link.href.split(',')[1]).blob()], { type: 'text/csv;charset=utf-8' });
      save(file, name);
    });
  });
  document.querySelectorAll('[data-png]').forEach((item) => {
    item.hidden = false;
    item.querySelector('button').addEventListener('click', () => drawPicture(item.closest('figure'), item.dataset.png));
  });

  const drawPicture = (figure, name) => {
    const drawing = figure.querySelector('.drawing svg');
    const copy = drawing.cloneNode(true);
    const from = [drawing, ...drawing.querySelectorAll('*')];
    [copy, ...copy.querySelectorAll('*')].forEach((element, position) => {
      const style = getComputedStyle(from[position]);
      for (const property of ['fill', 'stroke']) {
        if (element.hasAttribute(property) || element.tagName === 'text') element.setAttribute(property, style[property]);
      }
    });
    const box = drawing.viewBox.baseVal;
    copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
    copy.setAttribute('width', box.width);
    copy.setAttribute('height', box.height);
    const faces = document.createElementNS('http://www.w3.org/2000/svg', 'style');
    faces.textContent = (document.querySelector('style').textContent.match(/@font-face\{[^}]*"Report Sans SC"[^}]*\}/g) || []).join('');
    copy.prepend(faces);
    const image = new Image();
    image.onload = () => {
      const canvas = document.createElement('canvas');
      const scale = 3;
      canvas.width = box.width * scale;
      canvas.height = box.height * scale;
      const context = canvas.getContext('2d');
      context.fillStyle = getComputedStyle(document.body).backgroundColor;
      context.fillRect(0, 0, canvas.width, canvas.height);
      context.drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob((blob) => save(blob, name), 'image/png');
    };
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
  };
})();
