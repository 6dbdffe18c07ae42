// Which units of an earlier layer a unit listens to, and how strongly: arithmetic only.
//
// A layer is {units, wire, plane, weights(unit, input)}: wire is one (unit to unit), flat (element to its
// map), all (every unit of the layer before, with weights where there are any) or none.

export const MOST = 48; // links of one unit that are drawn, strongest first

// Links of `unit` of layer `to` into layer `from` (earlier): [{unit, weight}], weight in -1..1 or null.
export function linksInto(layers, to, unit, from) {
  let found = [{ unit, weight: null }];
  let weighed = false;
  for (let at = to; at > from; at--) {
    const layer = layers[at];
    if (layer.wire === "one") continue;
    if (layer.wire === "flat") found = merged(found.map((link) => ({ ...link, unit: Math.floor(link.unit / layer.plane) })));
    else if (weighed || layer.wire !== "all") return everything(layers[from].units);
    else {
      found = Array.from({ length: layers[at - 1].units }, (_, input) => ({ unit: input, weight: layer.weights ? layer.weights(found[0].unit, input) : null }));
      weighed = true;
    }
  }
  return strongest(found);
}

// Elements of one map count as one link, as strong as the strongest of them.
function merged(links) {
  const best = new Map();
  for (const link of links) {
    const old = best.get(link.unit);
    if (!old || Math.abs(link.weight ?? 0) > Math.abs(old.weight ?? 0)) best.set(link.unit, link);
  }
  return [...best.values()];
}

function strongest(links) {
  if (links.length <= MOST) return links;
  return [...links].sort((a, b) => Math.abs(b.weight ?? 0) - Math.abs(a.weight ?? 0)).slice(0, MOST);
}

function everything(count) {
  return Array.from({ length: Math.min(count, MOST) }, (_, unit) => ({ unit, weight: null }));
}

// The layers that a link chain from `at` passes until it meets weights: for hovering a ReLU's map, its
// convolution's map and that one's inputs. Pairs [later, earlier] of visible places.
export function chainOf(layers, visible, place) {
  const pairs = [];
  for (let k = place; k > 0; k--) {
    pairs.push([k, k - 1]);
    const passed = layers.slice(visible[k - 1] + 1, visible[k] + 1);
    if (passed.some((layer) => layer.wire !== "one")) break;
  }
  return pairs;
}
