/**
 * How a text is read. A `policy` is an image policy whatever it holds; a `maybe-policy` has a name that other tools give to
 * other things (AWS, Open Policy Agent, OpenStack), so its text must show that it is one. Both are JSON.
 */
export type ManifestFormat = 'yaml' | 'json' | 'policy' | 'maybe-policy';

/**
 * How a JSON file is read, by its name.
 * @param path a path or a URI
 */
export function jsonFormat(path: string): Exclude<ManifestFormat, 'yaml'> {
  const [name, directory] = path.split(/[/\\]/).reverse();
  if (name !== 'policy.json') return 'json';
  // /etc/containers, $HOME/.config/containers, /usr/share/containers
  return directory === 'containers' ? 'policy' : 'maybe-policy';
}

/** By language, as a client says it; whatever is not JSON is read as YAML, Helm's templates too. */
export function formatOf({
  languageId,
  uri,
}: {
  readonly languageId: string;
  readonly uri: string;
}): ManifestFormat {
  return languageId === 'json' || languageId === 'jsonc' ? jsonFormat(uri) : 'yaml';
}
