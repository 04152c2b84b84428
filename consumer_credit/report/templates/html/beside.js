// Where what is read out of a chart stands: beside the point, where it hides least of what is drawn and nothing of the point.
const beside = (() => {
  const GAP = 10; // between the point's ring and the note, in the drawing's units
  const OWN_LINE = 3; // what is read counts so many times what stands around it
  const PER_AREA = 0.1; // a square unit of text or of a bar, against a unit of a line's length
  const PER_DISTANCE = 0.8;
  const STEP = 4;
  const overlap = (one, other) => Math.max(Math.min(one.right, other.right) - Math.max(one.left, other.left), 0)
    * Math.max(Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top), 0);
  const apart = (one, other) => Math.hypot(
    Math.max(one.left - other.right, other.left - one.right, 0), Math.max(one.top - other.bottom, other.top - one.bottom, 0),
  );
  const holds = (note, x, y) => x > note.left && x < note.right && y > note.top && y < note.bottom;
  const edges = ({ x, y, width, height }) => ({ left: x, right: x + width, top: y, bottom: y + height });
  // Spots along the lines, one every few units, and the boxes of texts, bars, dots and cells.
  const drawn = (svg, lines, read) => {
    const spots = [];
    const boxes = [...svg.querySelectorAll('text')].map((text) => edges(text.getBBox()));
    lines.forEach((points) => points.forEach((to, position) => {
      const from = points[position - 1];
      if (to.box) boxes.push(edges(to.box));
      else if (from) {
        const length = Math.hypot(to.x - from.x, to.y - from.y);
        const parts = Math.max(Math.ceil(length / STEP), 1);
        const weight = (length / parts) * (to.path === read.path ? OWN_LINE : 1);
        for (let part = 1; part <= parts; part += 1) {
          spots.push({ x: from.x + ((to.x - from.x) * part) / parts, y: from.y + ((to.y - from.y) * part) / parts, weight });
        }
      }
    }));
    return { spots, boxes };
  };

  // The left and top edge, in pixels of the drawing, of a note on the point `read`; `lines` as readings.js has them.
  return (note, drawing, svg, lines, read) => {
    const frame = drawing.getBoundingClientRect();
    const { a: scale, e: left, f: top } = svg.getScreenCTM();
    const width = note.offsetWidth / scale;
    const height = note.offsetHeight / scale;
    const last = { // the furthest edges that keep the note in sight
      left: (frame.left - left) / scale,
      top: (frame.top - top) / scale,
    };
    last.right = Math.max(last.left + drawing.clientWidth / scale - width, last.left);
    last.bottom = Math.max(last.top + drawing.clientHeight / scale - height, last.top);
    const point = edges(read.box ?? { x: read.x, y: read.y, width: 0, height: 0 });
    const kept = { left: point.left - GAP, right: point.right + GAP, top: point.top - GAP, bottom: point.bottom + GAP };
    const { spots, boxes } = drawn(svg, lines, read);
    const cost = (place) => {
      const hidden = spots.reduce((sum, { x, y, weight }) => (holds(place, x, y) ? sum + weight : sum), 0);
      const covered = boxes.reduce((sum, box) => sum + overlap(place, box), 0);
      return hidden + covered * PER_AREA + apart(place, point) * PER_DISTANCE + (overlap(place, kept) && Infinity);
    };
    const within = (value, least, most) => Math.min(Math.max(value, least), most);
    const places = [kept.right, kept.left - width, read.x - width / 2, last.right, last.left].flatMap((x) => (
      [read.y - height / 2, kept.top - height, kept.bottom, last.top, last.bottom].map((y) => {
        const at = { x: within(x, last.left, last.right), y: within(y, last.top, last.bottom) };
        return edges({ ...at, width, height });
      })));
    const costs = places.map(cost);
    const best = places[costs.indexOf(Math.min(...costs))];
    return { left: best.left * scale + left - frame.left + drawing.scrollLeft, top: best.top * scale + top - frame.top };
  };
})();
