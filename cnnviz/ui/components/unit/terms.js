// What a convolution adds up, as arithmetic: which channels are on a page, and the terms of one cell.

export const PER_PAGE = 5;

// Channels in the order of how much they move the map: the largest mean absolute share first.
export function byStrength(shares, channels) {
  const plane = shares.length / channels;
  const sizes = Array.from({ length: channels }, (_, channel) => {
    let sum = 0;
    for (let i = channel * plane; i < (channel + 1) * plane; i++) sum += Math.abs(shares[i]);
    return sum;
  });
  return [...sizes.keys()].sort((a, b) => sizes[b] - sizes[a] || a - b);
}

export function pageCount(channels) {
  return Math.ceil(channels / PER_PAGE);
}

export function onPage(order, page) {
  return order.slice(page * PER_PAGE, (page + 1) * PER_PAGE);
}

// Shares of one cell: those of the channels shown, and the sum of all others.
export function termsOf(shares, channels, cell, shown) {
  const plane = shares.length / channels;
  const terms = shown.map((channel) => shares[channel * plane + cell]);
  let all = 0;
  for (let channel = 0; channel < channels; channel++) all += shares[channel * plane + cell];
  return { terms, rest: all - terms.reduce((sum, term) => sum + term, 0), others: channels - shown.length };
}

// First input row or column under window `index`; negative in the padding.
export function startOf(axis, index) {
  return index * axis.stride - axis.before;
}

// The window whose middle is nearest to an input row or column.
export function nearest(axis, cell) {
  const extent = axis.dilation * (axis.kernel - 1) + 1;
  const index = Math.round((cell + axis.before - (extent - 1) / 2) / axis.stride);
  return Math.min(axis.out - 1, Math.max(0, index));
}

export function extentOf(axis) {
  return axis.dilation * (axis.kernel - 1) + 1;
}

// Channel, row and column of an element of a flattened vector, and back.
export function cellOf(element, rows, cols) {
  return [Math.floor(element / (rows * cols)), Math.floor((element % (rows * cols)) / cols), element % cols];
}

export function elementOf([channel, row, col], rows, cols) {
  return (channel * rows + row) * cols + col;
}
