// Which units of an earlier layer a unit listens to, and how strongly: arithmetic only.
//
// A layer is {units, wire, plane, sources, linksOf(unit)}. A source is {at, wire, offset, plane, skip}: wire is
// one (unit to unit, of joined maps from `offset` on), flat (element to its map, `plane` elements each) or all
// (every unit, with weights where linksOf gives them). Without sources it listens to the layer before it.

export const MOST = 48; // links of one unit that are drawn, strongest first

export function sourcesOf(layers, at) {
  const { sources, wire, plane = 1 } = layers[at];
  return sources ?? (at ? [{ at: at - 1, wire, offset: 0, plane }] : []);
}

// Ways from layer `to` back to layers in view, over layers that are not: [{from, hops: [[at, source], ...], skip}].
export function waysInto(layers, shown, to) {
  const ways = [];
  const walk = (at, hops) => {
    for (const source of sourcesOf(layers, at)) {
      const way = [...hops, [at, source]];
      if (shown.has(source.at)) ways.push({ from: source.at, hops: way, skip: way.some(([, hop]) => hop.skip) });
      else if (source.at > 0) walk(source.at, way);
    }
  };
  walk(to, []);
  return ways;
}

// Links of `unit` along one way: [{unit, weight}], weight in -1..1 or null.
export function linksAlong(layers, hops, unit) {
  let found = [{ unit, weight: null }];
  let weighed = false;
  for (const [at, { at: from, wire, offset = 0, plane = 1 }] of hops) {
    if (wire === "one") found = found.map((link) => ({ ...link, unit: link.unit - offset })).filter((link) => link.unit >= 0 && link.unit < layers[from].units);
    else if (wire === "flat") found = merged(found.map((link) => ({ ...link, unit: Math.floor(link.unit / plane) })));
    else {
      const links = weighed || !found.length ? null : layers[at].linksOf?.(found[0].unit);
      if (!links) return everything(layers[hops.at(-1)[1].at].units);
      [found, weighed] = [links, true];
    }
  }
  return strongest(found);
}

// Links of `unit` of layer `to` into layer `from` (earlier), by whatever ways.
export function linksInto(layers, to, unit, from) {
  return waysInto(layers, new Set([from]), to).flatMap(({ hops }) => linksAlong(layers, hops, unit));
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

// Of many units some from all over.
function everything(count) {
  const step = Math.max(1, count / MOST);
  return Array.from({ length: Math.min(count, MOST) }, (_, k) => ({ unit: Math.floor(k * step), weight: null }));
}

// The ways that light up for a unit of the column at `place`: [later, earlier, way], in places of `visible`.
// From a ReLU's map on to its convolution's map and that one's inputs, no further.
export function chainOf(layers, visible, place) {
  const shown = new Set(visible);
  const chain = [];
  for (let k = place; k > 0; ) {
    const ways = waysInto(layers, shown, visible[k]);
    for (const way of ways) chain.push([k, visible.indexOf(way.from), way]);
    if (ways.length !== 1 || ways[0].hops.some(([, { wire }]) => wire !== "one")) break;
    k = visible.indexOf(ways[0].from);
  }
  return chain;
}
