/**
 * Lists a zip archive (from its central directory; no zip64), to see what a package really contains.
 */

/**
 * @typedef {object} ZipEntry
 * @property {string} name
 * @property {number} sizeBytes unpacked
 */

/**
 * @param {Buffer} zip
 * @returns {ZipEntry[]}
 */
export function listZip(zip) {
  const end = zip.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  if (end < 0) throw new Error('This is no zip archive.');
  const count = zip.readUInt16LE(end + 10);
  /** @type {ZipEntry[]} */
  const entries = [];
  for (let at = zip.readUInt32LE(end + 16); entries.length < count;) {
    if (zip.readUInt32LE(at) !== 0x02014b50) throw new Error('The archive’s directory is damaged.');
    const nameLength = zip.readUInt16LE(at + 28);
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
    entries.push({ name, sizeBytes: zip.readUInt32LE(at + 24) });
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return entries;
}
