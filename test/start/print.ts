import pc from 'picocolors';

export function say(text: string): void {
  console.log(text);
}

export function heading(text: string): void {
  console.log(`\n${pc.bold(`── ${text}`)}\n`);
}

/** `12.3 kB`, as short as a progress wants it. */
export function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
