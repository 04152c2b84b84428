// The points of a chart, read out under the pointer or by the arrow keys. A chart is made ready when a reader turns to it.
(() => {
  const POINTS = '[data-rows], [data-row]';
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
  const ready = new WeakSet();
  const turnTo = ({ target }) => {
    const drawing = target.closest('.drawing');
    if (!drawing || ready.has(drawing) || !drawing.querySelector(POINTS)) return;
    ready.add(drawing);
    makeReadable(drawing);
  };
  document.addEventListener('pointerover', turnTo);
  document.addEventListener('focusin', turnTo);
  document.querySelectorAll('.drawing').forEach((drawing) => {
    if (!drawing.querySelector(POINTS)) return;
    drawing.tabIndex = 0;
    drawing.setAttribute('role', 'group');
    drawing.setAttribute('aria-label', words.points);
  });
})();
