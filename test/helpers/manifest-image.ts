import type { ManifestImage } from '../../server/src/manifest/manifest.ts';

interface Given {
  readonly syntax?: ManifestImage['syntax'];
  readonly unresolved?: boolean;
  readonly pullPolicy?: string;
  readonly misspelled?: { readonly written: string; readonly meant: string };
}

/** An image as a manifest would name it: the image at offset 10, the policy at 100, a misspelled key at 200. */
export function sourceOf(image: string, given: Given = {}): ManifestImage {
  const placed = (value: string, start: number) => ({ value, span: { start, end: start + value.length } });
  const { syntax = 'docker', unresolved = false, pullPolicy, misspelled } = given;
  return {
    role: syntax === 'docker' ? 'container' : 'app',
    name: 'web',
    image: placed(image, 10),
    syntax,
    unresolved,
    pullPolicy: pullPolicy === undefined ? undefined : placed(pullPolicy, 100),
    misspelledKeys: misspelled ? [{ ...placed(misspelled.written, 200), meant: misspelled.meant }] : [],
  };
}
