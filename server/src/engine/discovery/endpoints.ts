import type { NameImage } from '../../domain/image.ts';
import { speaksOf } from './meta-tags.ts';
import type { MetaTag } from './meta-tags.ts';

/** Where an image and its signature are. */
export interface Endpoint {
  readonly aci: URL;
  readonly signature: URL;
}

/**
 * The best-matching templates, rendered, in the page's order: those in which every label can be substituted, and of these the
 * ones with the most (appc/spec, discovery.md, "Discovery Templates").
 * @param labels what can be substituted beside the name
 */
export function endpointsOf(
  tags: readonly MetaTag[],
  { name }: Pick<NameImage, 'name'>,
  labels: Readonly<Record<string, string>>,
  allowHttp: boolean,
): Endpoint[] {
  const values = new Map(
    Object.entries(labels).map(([label, value]) => [label, encodeURIComponent(value.toWellFormed())]),
  );
  // Not encoded: a name is the path of a URL, and has no character that would need it.
  values.set('name', name);
  const rendered = tags
    .filter((tag) => speaksOf(tag, name))
    .flatMap(({ value }) => {
      const asked = new Set(Array.from(value.matchAll(PLACEHOLDER), ([, label = '']) => label));
      if (!asked.delete('ext') || ![...asked].every((label) => values.has(label))) return [];
      const [aci, signature] = ['aci', 'aci.asc'].map((ext) =>
        render(value, new Map([...values, ['ext', ext]])),
      );
      const isUsable = isAllowed(aci, allowHttp) && isAllowed(signature, allowHttp);
      return isUsable
        ? [{ endpoint: { aci: new URL(aci), signature: new URL(signature) }, count: asked.size }]
        : [];
    });
  const most = Math.max(...rendered.map(({ count }) => count));
  return rendered.filter(({ count }) => count === most).map(({ endpoint }) => endpoint);
}

/** Characters. Servers need not take longer ones (RFC 9110, 4.1), and a template can repeat a name at will. */
const LONGEST_URL = 8000;

/** Whether a URL that a page names may be asked: over https, or over http where that was allowed. */
export function isAllowed(url: string | undefined, allowHttp: boolean): url is string {
  if (url === undefined || url.length > LONGEST_URL || !URL.canParse(url)) return false;
  const { protocol, username, password } = new URL(url);
  return (protocol === 'https:' || (allowHttp && protocol === 'http:')) && username === '' && password === '';
}

const PLACEHOLDER = /\{([^{}]*)\}/g;

function render(template: string, values: ReadonlyMap<string, string>): string {
  return template.replaceAll(PLACEHOLDER, (_, label: string) => values.get(label) ?? '');
}
