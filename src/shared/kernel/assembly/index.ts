// The kernel: hot loops over columns of a whole batch, compiled to WebAssembly with SIMD.
// `parse` turns bytes into columns; `table` turns columns into tables and merges tables.
export * from "./parse";
export * from "./table";
