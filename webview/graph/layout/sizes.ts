/** Measures of the picture, in its units. */
export const nodeSize = { width: 230, height: 62 } as const;
/** Above what an open node is made of: its name and counts. */
export const headHeight = 42;
/** Around what is within an open node, or a frame. */
export const padding = 16;
/** Between nodes of the same layer. */
export const siblingGap = 16;
/** Between layers: room for edges and their words. */
export const layerGap = 64;
