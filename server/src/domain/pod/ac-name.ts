/**
 * A text as an AC Name (appc/spec, types.md), the way of appc's SanitizeACName: lower-case, every character that a name cannot
 * have becomes a hyphen, hyphens at the ends go.
 * @returns '' when nothing is left
 */
export function acNameOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9-]/g, '-')
    .replace(/^-+|(?<!-)-+$/g, '');
}

/**
 * The name as it is, or with the lowest number behind it that makes it one of its own.
 * @param taken gets the name that was found
 */
export function uniqueName(name: string, taken: Set<string>): string {
  let found = name;
  for (let number = 1; taken.has(found); number++) found = `${name}-${number}`;
  taken.add(found);
  return found;
}
