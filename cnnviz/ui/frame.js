// Sets the language of the document and keeps the address in step with the controls.
export default function ({ data: [data] }) {
  document.documentElement.lang = data.language
  const url = new URL(window.location.href)
  for (const name of data.names) url.searchParams.delete(name)
  for (const [name, value] of Object.entries(data.params)) url.searchParams.set(name, value)
  if (url.href !== window.location.href) window.history.replaceState(window.history.state, "", url)
}
