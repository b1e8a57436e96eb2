/** The images of examples/: a small shop, ready to be served by the registry of `registry.ts`. */
import { createHash } from 'node:crypto';
import { buildImage } from './images.ts';
import type { TestImage } from './images.ts';
import type { Registry } from './registry.ts';

/** The host that the example manifests name. */
export const EXAMPLE_HOST = 'localhost:5000';

const IMAGES = [
  'shop/web:1.3',
  'shop/web:1.4',
  'shop/proxy:latest',
  'shop/metrics:0.9',
  'shop/migrate:2.0',
  'shop/database:17',
  'shop/collector:3',
  'shop/report:1.4',
  'shop/recommender:1.0',
  'shop/model:2024-06',
] as const;

/** Puts all images of the examples into a registry. */
export async function pushShop(registry: Registry): Promise<void> {
  for (const image of IMAGES) {
    const [repository = '', tag = ''] = image.split(':');
    registry.push(repository, tag, await shopImage(repository, tag));
  }
}

/**
 * An image of three layers, of which all images share the first.
 * @param version what the topmost layer holds: another version differs in that layer alone
 */
export function shopImage(repository: string, version: string): Promise<TestImage> {
  const layer = (name: string, kilobytes: number) => ({
    files: [{ name, content: noise(name, kilobytes * 1024), mode: 0o755 }],
  });
  return buildImage({
    layers: [
      layer('usr/lib/base', 900),
      layer(`usr/lib/${repository}`, 300),
      layer(`srv/${repository}-${version}`, 60),
    ],
    config: {
      Entrypoint: [`/srv/${repository}-${version}`],
      Env: ['SHOP=open'],
      ExposedPorts: { '8080/tcp': {} },
    },
  });
}

/** Bytes that do not compress, the same each time. */
function noise(seed: string, size: number): Buffer {
  return createHash('shake256', { outputLength: size }).update(seed).digest();
}
