// Offsets of the program by which lines of JSON are cut, in kernel memory. Read by both compilers, as
// `parse-layout.ts` is. The tree of what is asked for is drawn in `field-tree-layout.ts`.

export const jsonRoot = 0;
/** Frames of the containers that are open, outermost first: the first is of none, the last is the end. */
export const jsonFrames = 4;
export const jsonLastFrame = 8;
/** Shapes of lines; see `json-shape-layout.ts`. */
export const jsonShapes = 12;

/** Frame: the byte that closes the container, its node (0: nothing in it is asked for), where it begins. */
export const frameCloser = 0;
export const frameNode = 4;
export const frameStart = 8;
/** Index of the element that is read. */
export const frameElement = 12;
export const frameBytes = 16;
