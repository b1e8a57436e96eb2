/** `$$`, or `$(NAME)`: nothing else is more than it looks. */
const REFERENCE = /\$(?:\$|\(([^)]*)\))/g;

/**
 * Replaces `$(NAME)` by the value of a variable, as Kubernetes does in `command`, `args` and the values of `env`. A name without
 * a value stays as it is, and `$$` is one dollar sign.
 */
export function expandReferences(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(REFERENCE, (whole, name: string | undefined) =>
    name === undefined ? '$' : (values.get(name) ?? whole),
  );
}

/** The names that a text refers to. */
export function referencesIn(text: string): readonly string[] {
  return [...text.matchAll(REFERENCE)].map((match) => match[1]).filter((name) => name !== undefined);
}
