// Join the scripts as the wrapper does and import the result; the last one, which needs a browser, is left out.
import { readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const folder = new URL("../../cnnviz/ui/components/microscope/", import.meta.url);
export const SCRIPTS = ["geometry", "numbers", "payload", "grid", "model", "formula"];

export async function load(names) {
  const text = names.map((name) => readFileSync(new URL(`${name}.js`, folder), "utf8")).join("\n");
  const file = join(process.env.SCRATCH ?? tmpdir(), `microscope-${process.pid}.mjs`);
  writeFileSync(file, text);
  return import(pathToFileURL(file));
}
