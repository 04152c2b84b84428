// Drawings to take away, and those made for phones, which are unpacked when they come near.
(() => {
  // -- packed for later ---------------------------------------------------------------
  let packedDrawings = null;
  const drawings = () => {
    const held = document.getElementById('drawings').content.textContent;
    packedDrawings ??= unpacked(held).json();
    return packedDrawings;
  };

  // -- what does not fit scrolls, and can be reached by keyboard -----------------------------------------------------------
  const boxes = new ResizeObserver((entries) => {
    const fits = entries.map(({ target: box }) => [box, box.scrollWidth > box.clientWidth + 1]); // all are measured before one is changed
    requestAnimationFrame(() => fits.forEach(([box, wide]) => {
      if (wide) box.tabIndex = 0;
      else if (!box.querySelector('[data-rows], [data-row]')) box.removeAttribute('tabindex');
      box.classList.toggle('wider', wide);
    }));
  });
  document.querySelectorAll('.drawing, math[display=block]').forEach((box) => boxes.observe(box));

  // -- drawings for phones -----------------------------------------------------------------------------------------------
  const drawForPhone = async (wide) => {
    const { narrow } = (await drawings())[wide.closest('figure').id] ?? {};
    if (!narrow) return;
    const box = wide.cloneNode();
    box.classList.add('drawing-narrow');
    box.innerHTML = narrow;
    box.firstChild.setAttribute('aria-label', wide.querySelector('svg').getAttribute('aria-label'));
    wide.classList.add('drawing-wide');
    wide.after(box);
    boxes.observe(box);
  };
  const near = new IntersectionObserver((entries) => entries.filter((entry) => entry.isIntersecting).forEach(({ target }) => {
    near.unobserve(target);
    drawForPhone(target);
  }), { rootMargin: '150% 0px' });
  const phone = matchMedia('screen and (max-width: 40rem)');
  const onPhones = () => {
    if (!phone.matches || !document.getElementById('drawings') || !canUnpack) return;
    phone.removeEventListener('change', onPhones);
    document.querySelectorAll('.exhibit[id] .drawing').forEach((wide) => near.observe(wide));
  };
  phone.addEventListener('change', onPhones);
  onPhones();

  // -- pictures to take away ---------------------------------------------------------------------------------------------
  const save = (blob, name) => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };
  document.querySelectorAll('[data-unpacked]').forEach((link) => {
    if (!canUnpack) return;
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
