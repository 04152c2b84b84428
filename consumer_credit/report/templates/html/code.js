// Colours Python code when a reader opens it, by ranges over the plain text (CSS Custom Highlight API): no mark-up to carry.
(() => {
  if (!('highlights' in CSS)) return;
  const kinds = ['comment', 'text', 'keyword', 'number'];
  kinds.forEach((kind) => {
    CSS.highlights.set(kind, new Highlight());
    document.styleSheets[0].insertRule(`::highlight(${kind}) { color: var(--code-${kind}); }`); // validators do not know the selector yet
  });
  const words = 'False|None|True|and|as|assert|async|await|break|class|continue|def|del|elif|else|except|finally|for|from|global|if|'
    + 'import|in|is|lambda|match|nonlocal|not|or|pass|raise|return|try|while|with|yield';
  const token = new RegExp([
    '(#[^\\n]*)',
    '((?<!\\w)[rbfuRBFU]{0,2}(?:"""[^]*?"""|\'\'\'[^]*?\'\'\'|"(?:\\\\.|[^"\\\\\\n])*"|\'(?:\\\\.|[^\'\\\\\\n])*\'))',
    `\\b(${words})\\b`,
    '(\\b\\d[\\d_]*(?:\\.\\d+)?(?:e[+-]?\\d+)?\\b)',
  ].join('|'), 'g');
  const colour = (code) => {
    const text = code.firstChild;
    for (const found of text.data.matchAll(token)) {
      const range = new Range();
      range.setStart(text, found.index);
      range.setEnd(text, found.index + found[0].length);
      CSS.highlights.get(kinds[found.slice(1).findIndex((group) => group !== undefined)]).add(range);
    }
  };
  document.querySelectorAll('details.code').forEach((details) => {
    details.addEventListener('toggle', () => details.querySelectorAll('code.python').forEach(colour), { once: true });
  });
})();
