// The curve of an activation function with the point of the present cell on it.
export function drawCurve(canvas, model, theme, size, point, hidden) {
  const pen = prepared(canvas, size, size);
  const { curve_x: xs, curve_y: ys } = model.arrays;
  const [left, right] = [xs[0], xs.at(-1)];
  const [low, high] = [Math.min(...ys), Math.max(...ys)];
  const room = (high - low || 1) * 0.08;
  const pad = 10;
  const px = (x) => pad + ((x - left) / (right - left)) * (size - 2 * pad);
  const py = (y) => size - 2 * pad - ((y - low + room) / (high - low + 2 * room)) * (size - 3 * pad);
  line(pen, [[px(left), py(0)], [px(right), py(0)]], theme.faint, 1);
  line(pen, [[px(0), py(low)], [px(0), py(high)]], theme.faint, 1);
  line(pen, Array.from(xs, (x, k) => [px(x), py(ys[k])]), model.colours.roles.kernel, 2.5);
  pen.font = `11px ${theme.font}`;
  pen.fillStyle = theme.faint;
  pen.textBaseline = "bottom";
  pen.textAlign = "left";
  pen.fillText(short(left, 2), px(left), size);
  pen.textAlign = "right";
  pen.fillText(short(right, 2), px(right), size);
  pen.textBaseline = "top";
  pen.fillText(short(high, 2), px(0) - 4, py(high));
  drawPoint(pen, model, theme, [px, py], point, hidden);
}

function drawPoint(pen, model, theme, [px, py], [x, y], hidden) {
  const { input, output } = model.colours.roles;
  line(pen, [[px(x), py(0)], [px(x), py(hidden ? 0 : y)]], input, 2, [4, 3]);
  dot(pen, px(x), py(0), 4, input, theme);
  if (hidden) return;
  line(pen, [[px(x), py(y)], [px(0), py(y)]], output, 2, [4, 3]);
  dot(pen, px(x), py(y), 6, output, theme);
}

function line(pen, points, colour, width, dash = []) {
  pen.beginPath();
  points.forEach(([x, y]) => pen.lineTo(x, y));
  pen.setLineDash(dash);
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.stroke();
  pen.setLineDash([]);
}

function dot(pen, x, y, radius, colour, theme) {
  pen.beginPath();
  pen.arc(x, y, radius, 0, 7);
  pen.fillStyle = colour;
  pen.strokeStyle = theme.background;
  pen.lineWidth = 2;
  pen.fill();
  pen.stroke();
}
