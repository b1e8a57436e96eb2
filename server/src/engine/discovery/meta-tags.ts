import { Parser } from 'htmlparser2';

/** `<meta name="ac-discovery" content="PREFIX VALUE">` */
export interface MetaTag {
  /** Image names at or below it are meant. */
  readonly prefix: string;
  /** A template of URLs, or the URL of keys. */
  readonly value: string;
}

/** What a page says about images (appc/spec, discovery.md, "Discovery URL"), in its order. */
export interface DiscoveryTags {
  /** `ac-discovery` */
  readonly templates: readonly MetaTag[];
  /** `ac-discovery-pubkeys` */
  readonly keys: readonly MetaTag[];
}

/** Reads a page that comes in pieces. What is malformed is passed over, as browsers do. */
export class MetaTagReader {
  readonly #found: { readonly templates: MetaTag[]; readonly keys: MetaTag[] } = { templates: [], keys: [] };
  readonly #parser = new Parser({
    onopentag: (name, attributes) => {
      if (name === 'meta') this.#add(attributes['name'] ?? '', attributes['content'] ?? '');
    },
  });
  readonly #decoder = new TextDecoder();

  push(piece: Uint8Array): void {
    this.#parser.write(this.#decoder.decode(piece, { stream: true }));
  }

  end(): DiscoveryTags {
    this.#parser.end();
    return this.#found;
  }

  #add(name: string, content: string): void {
    const [prefix, value, ...more] = content.trim().split(/\s+/);
    if (prefix === undefined || value === undefined || more.length > 0) return;
    if (name.toLowerCase() === 'ac-discovery') this.#found.templates.push({ prefix, value });
    if (name.toLowerCase() === 'ac-discovery-pubkeys') this.#found.keys.push({ prefix, value });
  }
}

/** Whether a tag speaks of an image: by whole components, so that `example.com/ap` does not speak for `example.com/app`. */
export function speaksOf({ prefix }: MetaTag, name: string): boolean {
  const whole = prefix.replace(/\/$/, '');
  return name === whole || name.startsWith(`${whole}/`);
}
