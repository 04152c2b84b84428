// The points of a chart, read out under the pointer, by a tap or by the arrow keys. A chart is made ready when a reader turns to it.
(() => {
  const POINTS = '[data-rows], [data-row]';
  const MISSING = '\u2013'; // what a table prints where it has no figure: nothing to read out
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
  // The edges of a pile are drawn in the colour of the paper: a point within an area is read as that area's.
  const onPaper = (path) => getComputedStyle(path).stroke === getComputedStyle(document.body).backgroundColor;
  const within = (points, at) => {
    const gap = Math.min(...points.map((point) => Math.abs(point.x - at.x)));
    const edges = points.filter((point) => Math.abs(point.x - at.x) === gap && point.y <= at.y + 2);
    return edges.sort((one, other) => other.y - one.y)[0];
  };

  // The vintages behind each row of the table, from the columns of the CSV that name them, and of what each
  // is where they differ; null where it has none.
  const vintagesOf = async (figure) => {
    const data = figure.querySelector('[data-unpacked$=".csv"]');
    if (!data || !canUnpack) return null;
    const text = await unpacked(data.href.split(',')[1]).text();
    const lines = text.trimEnd().match(/(?:"[^"]*"|[^"\n])+/g);
    const [head, ...records] = lines.map((line) => line.match(/(?<=^|,)(?:"(?:[^"]|"")*"|[^,]*)/g));
    const columns = [...head.entries()].filter(([, name]) => /(^|_)vintage$/.test(name) && name !== 'later_vintage');
    const ofRow = (cells) => {
      const dated = new Map(); // date: what the row has from it
      columns.filter(([column]) => cells[column]).forEach(([column, name]) => {
        const part = words.parts[name.replace(/_?vintage$/, '')];
        dated.set(cells[column], [...(dated.get(cells[column]) ?? []), ...(part ? [part] : [])]);
      });
      return [...dated].map(([date, parts]) => (dated.size > 1 && parts.length
        ? words.dated.replace('{date}', date).replace('{of}', parts.join(words.and)) : date));
    };
    return columns.length ? records.map(ofRow) : null;
  };
  const sourcesOf = (figure) => [...new Set([...figure.querySelectorAll('.series-used > li > span')].map((at) => at.textContent))].sort();
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
    let vintages; // not known before the data are unpacked
    let shown = null;
    vintagesOf(figure).then((found) => {
      vintages = found;
      if (shown) show(shown);
    });
    const used = sourcesOf(figure);
    const vintageLine = (row) => {
      if (vintages) return vintages[row].length ? words.vintage.replace('{dates}', vintages[row].join(words.and)) : '';
      if (vintages === undefined || !used.length) return '';
      const { length, 0: first, [length - 1]: last } = used;
      return words.newest.replace('{dates}', length > 1 ? words.span.replace('{first}', first).replace('{last}', last) : first);
    };
    let ring = null;
    const ringAround = ({ x, y, path, box }) => {
      ring?.remove();
      ring = document.createElementNS('http://www.w3.org/2000/svg', box ? 'rect' : 'circle');
      const places = box ? { x: box.x - 2, y: box.y - 2, width: box.width + 4, height: box.height + 4 }
        : { cx: x, cy: y, r: 5, stroke: onPaper(path) ? 'currentColor' : getComputedStyle(path).stroke };
      Object.entries({ class: 'ring', ...places }).forEach(([name, value]) => ring.setAttribute(name, value));
      svg.append(ring);
    };
    const note = document.createElement('div');
    note.className = 'reading';
    note.setAttribute('aria-live', 'polite');
    note.hidden = true;
    drawing.append(note);

    const hide = () => { note.hidden = true; shown = null; ring?.remove(); };
    const show = (point) => {
      shown = point;
      const cells = [...body[point.row].cells];
      note.replaceChildren();
      cells.forEach((cell, column) => {
        if (cell.textContent === MISSING) return;
        const head = heads[column];
        const line = document.createElement('div');
        if (getComputedStyle(cell).textAlign === 'right') {
          const value = document.createElement('b');
          value.textContent = cell.textContent;
          line.append(`${head.name} `, value, head.unit && !head.unit.startsWith('%') ? ` ${head.unit}` : head.unit);
        } else {
          const speaksForItself = column === 0 || (column === 1 && !cell.textContent.endsWith('%'));
          line.textContent = speaksForItself ? cell.textContent : `${head.name} ${cell.textContent}`;
        }
        note.append(line);
      });
      const vintage = vintageLine(point.row);
      if (vintage) {
        const line = document.createElement('div');
        line.className = 'vintage';
        line.textContent = vintage;
        note.append(line);
      }
      ringAround(point);
      note.hidden = false;
      const place = beside(note, drawing, svg, lines(), point);
      note.style.left = `${place.left}px`;
      note.style.top = `${place.top}px`;
    };

    const showNearest = (event) => {
      const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
      let nearest = null;
      let distance = 28;
      const points = lines().flat();
      if (!points[0].box && onPaper(points[0].path)) nearest = within(points, at);
      else for (const point of points) {
        const { width, height } = point.box ?? { width: 0, height: 0 };
        const away = Math.hypot(
          Math.max(Math.abs(point.x - at.x) - width / 2, 0), Math.max(Math.abs(point.y - at.y) - height / 2, 0),
        );
        if (away < distance) { distance = away; nearest = point; }
      }
      if (nearest) show(nearest); else hide();
    };
    // A finger has no place between two taps: a tap reads a point out, until another elsewhere or the chart is gone.
    const hovers = ({ pointerType }) => pointerType !== 'touch';
    drawing.addEventListener('pointermove', (event) => { if (hovers(event)) showNearest(event); });
    drawing.addEventListener('click', showNearest);
    drawing.addEventListener('pointerleave', (event) => { if (hovers(event)) hide(); });
    drawing.addEventListener('blur', hide);
    document.addEventListener('pointerdown', ({ target }) => { if (!drawing.contains(target)) hide(); });
    let inView = false; // a chart turned to by keyboard may still be on its way
    new IntersectionObserver((changes) => {
      const { isIntersecting } = changes.at(-1);
      if (inView && !isIntersecting) hide();
      inView = isIntersecting;
    }).observe(drawing);

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
