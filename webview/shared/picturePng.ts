/** An SVG as PNG. */

/** So many pixels of a PNG for each on the screen: sharp on slides. */
const pngScale = 2;
/** Of a canvas, in the browsers that VS Code is made of. */
const mostSidePx = 16_000;

/** Smaller where the browser could not hold it. Rejects when the picture could not be made. */
export async function pngOf(svg: string): Promise<Blob> {
  const image = new Image();
  // The page's policy allows pictures from data addresses, and from no others.
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  const scale = Math.min(pngScale, mostSidePx / Math.max(image.width, image.height, 1));
  canvas.width = Math.round(image.width * scale);
  canvas.height = Math.round(image.height * scale);
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('The picture could not be made.'))), 'image/png');
  });
}
