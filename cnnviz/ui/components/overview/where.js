// Where the opened unit is: on another page, which is turned to once, or in a hidden layer. A sentence says so
// in the place of the hint, with a button that leads there.
function whereabouts(view) {
  const { wanted, network, hidden, root } = view;
  const layer = wanted && network.layers.find(({ name }) => name === wanted.layer);
  const place = layer && view.opened && placeOf(view.plan.boxes[view.opened[0]], view.opened[1]);
  const away = !layer || place || view.opened?.[1] < 0 ? "" : hidden.has(layer.name) ? "hidden" : "paged";
  const key = layer ? `${layer.name} ${wanted.unit}` : "";
  const turn = () => view.turn(layer.index, Math.floor(wanted.unit / view.perLayer) * view.perLayer);
  if (away === "paged" && view.sought !== key) {
    view.sought = key; // whoever turns the page afterwards is not turned back
    return turn();
  }
  view.sought = key;
  const line = root.querySelector(".where");
  line.hidden = !away;
  root.querySelector(".about").hidden = Boolean(away);
  if (!away) return;
  line.querySelector("span").textContent = fill(network.texts[`where_${away}`], { unit: network.unitName(layer, wanted.unit) });
  const button = line.querySelector("button");
  button.textContent = network.texts[`where_${away}_go`];
  button.onclick = () => {
    view.sought = ""; // a shown layer can still be on another page
    away === "hidden" ? view.hide(layer.name, false) : turn();
  };
}
