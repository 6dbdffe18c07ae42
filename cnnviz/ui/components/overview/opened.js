// Tells the overviews on the page which unit Python has open.
export default function ({ data }) {
  document.cnnvizUnit = data;
  document.dispatchEvent(new CustomEvent("cnnviz-unit", { detail: data }));
}
