import { LarderError } from '../../domain/errors.ts';
import { quote } from '../../domain/quote.ts';
import type { StoredImage } from '../../domain/record.ts';
import type { StoreView } from '../../domain/store-view.ts';
import { fetchDependencies } from '../dependencies.ts';
import type { Host } from '../host.ts';
import { checkExpected } from '../sources/expectation.ts';
import { readManifest } from '../store/image-manifest.ts';
import type { ImageManifest } from '../store/image-manifest.ts';
import type { Layout } from '../store/layout.ts';
import type { RenderImage } from './render-image.ts';
import { renderOrder } from './render-order.ts';

/**
 * The images that the tree of a stored image is made of, as the store has them: nothing is fetched.
 * @param platform `os/arch[/variant]`
 * @returns dependencies first
 * @throws LarderError E_NOT_IN_STORE for a dependency that the store does not have, E_STORE_CORRUPT; what
 *   {@link checkExpected} throws
 */
export async function storedImages(
  { fs }: Pick<Host, 'fs'>,
  layout: Layout,
  view: StoreView,
  { imageId, name }: Pick<StoredImage, 'imageId' | 'name'>,
  platform: string,
): Promise<RenderImage[]> {
  const manifests = new Map<string, ImageManifest>();
  const manifestOf = async (id: string): Promise<ImageManifest> => {
    const known = manifests.get(id) ?? (await storedManifest(fs, layout, id));
    manifests.set(id, known);
    return known;
  };
  const image = { kind: 'id', canonical: name, id: imageId } as const;
  const graph = await fetchDependencies(image, imageId, {
    of: async (id) => (await manifestOf(id)).dependencies,
    fetch: (expected) =>
      Promise.resolve().then(() => {
        const { named, imageId: id } = expected;
        const record = view.find(id === null ? named : { kind: 'id', canonical: id, id }, platform);
        if (record === undefined) throw notInStore(named.canonical);
        checkExpected(record.image, expected, 'the store');
        return record.image.imageId;
      }),
  });
  return renderOrder(imageId, graph, (id) => ({
    aci: layout.image(id),
    pathWhitelist: manifests.get(id)?.pathWhitelist ?? [],
  }));
}

async function storedManifest(fs: Host['fs'], layout: Layout, imageId: string): Promise<ImageManifest> {
  const path = layout.manifest(imageId);
  try {
    return readManifest(await fs.readFile(path, 'utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LarderError(
      'E_STORE_CORRUPT',
      `The manifest ${path} cannot be read (${reason}); remove the image and fetch it again.`,
      error,
    );
  }
}

function notInStore(name: string): LarderError {
  return new LarderError('E_NOT_IN_STORE', `${quote(name)} is not in the store; fetch what needs it again.`);
}
