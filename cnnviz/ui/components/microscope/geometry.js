// Which cell meets which: whole-number arithmetic of a sliding window, one axis at a time. No drawing.
//
// An axis is what payload.py wrote: size (cells shown, padding included), kernel, stride, dilation, out
// (windows shown), at (input index of cell 0, negative in the padding), inside (cells of the input),
// first (index of window 0), visited (one flag a cell).

// Cells under window `index`, first to last; those past the edge, as pooling may have, are left out.
export function cellsUnder(axis, index) {
  const cells = [];
  for (let tap = 0; tap < axis.kernel; tap++) {
    const cell = index * axis.stride + tap * axis.dilation;
    if (cell < axis.size) cells.push(cell);
  }
  return cells;
}

// Every [window, tap] that lies on `cell`: the windows that it feeds.
export function windowsOver(axis, cell) {
  const found = [];
  for (let tap = axis.kernel - 1; tap >= 0; tap--) {
    const start = cell - tap * axis.dilation;
    if (start >= 0 && start % axis.stride === 0 && start / axis.stride < axis.out) found.push([start / axis.stride, tap]);
  }
  return found;
}

// Every cell that tap `tap` of the kernel ever lies on.
export function cellsOfTap(axis, tap) {
  const cells = [];
  for (let index = 0; index < axis.out; index++) {
    const cell = index * axis.stride + tap * axis.dilation;
    if (cell < axis.size) cells.push(cell);
  }
  return cells;
}

// Whether a cell was added around the input.
export function isPadding(axis, cell) {
  return axis.at + cell < 0 || axis.at + cell >= axis.inside;
}

// Cells from the first to the last that one window spans.
export function extent(axis) {
  return axis.dilation * (axis.kernel - 1) + 1;
}

// The window whose middle is nearest to position `at`, in cells and parts of cells.
export function windowNear(axis, at) {
  const index = Math.round((at - extent(axis) / 2) / axis.stride);
  return Math.min(axis.out - 1, Math.max(0, index));
}

// Reading order: step 0 is the first window of the first row.
export function stepOf(cols, [row, col]) {
  return row * cols.out + col;
}

export function windowOf(cols, step) {
  return [Math.floor(step / cols.out), step % cols.out];
}

// Where an arrow leads, kept inside; [row, col, whether it would have left].
export function moved(rows, cols, [row, col], [down, right]) {
  const to = [row + down, col + right];
  const kept = [Math.min(rows.out - 1, Math.max(0, to[0])), Math.min(cols.out - 1, Math.max(0, to[1]))];
  return [...kept, kept[0] !== to[0] || kept[1] !== to[1]];
}
