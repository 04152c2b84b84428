// What the page carries packed (gzip, in base64): drawings, and the data behind figures.
const canUnpack = 'DecompressionStream' in window;
const unpacked = (base64) => {
  const packed = Uint8Array.fromBase64?.(base64) ?? Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  return new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip')));
};
