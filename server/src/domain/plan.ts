import { freshnessOf, pinOf } from './freshness.ts';
import type { DockerImage, HttpImage, IdImage, Image, NameImage } from './image.ts';
import type { PullMode } from './pull-mode.ts';
import type { StoreRecord } from './record.ts';

/**
 * What a step does. `use-store`, `use-file`, `discover` and `fail` end a plan; after any other comes the next that applies.
 *
 * - `use-file`: read it, verify it, put it into the store
 * - `ask-digest`: HEAD on a registry's manifest; decides between `unchanged` and `changed`
 * - `pull`: manifest, then the blobs that the store lacks
 * - `revalidate`: conditional GET (RFC 9111 §4.3); decides between `unchanged` (304) and `changed` (200)
 * - `download`: unconditional GET
 * - `discover`: appc discovery of a URL, which is then got by the table's row for *remote* and http
 * - `import`: verify, convert where needed, and put into the store
 */
export type Action =
  | 'use-store'
  | 'use-file'
  | 'fail'
  | 'ask-digest'
  | 'pull'
  | 'revalidate'
  | 'download'
  | 'discover'
  | 'import';

/** What the deciding step before it must have found for a step to apply; absent: it always applies. */
export type When = 'unchanged' | 'changed';

export interface Step {
  readonly action: Action;
  /** What it acts on: a canonical URL, an image ID, a path or a name. */
  readonly target: string;
  readonly why: string;
  readonly when?: When;
}

/** What a fetch does, in order, and for each step why. */
export interface Plan {
  readonly image: Image;
  readonly mode: PullMode;
  readonly steps: readonly Step[];
}

/** Everything a plan depends on. Nothing else does: the editor promises and the engine executes the same plan. */
export interface PlanInput {
  readonly image: Image;
  readonly mode: PullMode;
  /** What the store holds for the image, for the platform asked. */
  readonly record: StoreRecord | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** `--no-cache`: saved caching data is ignored in a remote step. */
  readonly noCache: boolean;
  /** `--insecure-options=image`: a stored copy whose signature was never checked is as good as any; false when absent. */
  readonly acceptUnverified?: boolean;
}

/** What a plan is made from when it is known whether the stored copy may be used. */
interface Usable extends PlanInput {
  /** Why there is no record. */
  readonly lack: string;
}

/**
 * The RFC's matrix (rfc-1196.txt, table of Aug 5; behaviour.md §2). *Store* makes no request at all; *remote* handles
 * caching; the default is *store*, and *remote* only if the store returns nothing.
 */
export function plan(input: PlanInput): Plan {
  const { image, mode } = input;
  const usable = withUsableRecord(input);
  const behaviour = mode === 'default' ? (usable.record === undefined ? 'remote' : 'store') : mode;
  const steps = behaviour === 'store' ? storeSteps(usable) : remoteSteps(usable);
  return { image, mode, steps };
}

/**
 * ACIs are used only when somebody's signature was checked (behaviour.md §6); a copy that was fetched without is as if it were not
 * there. An image ID names the very bytes, and docker images are checked against digests.
 */
function withUsableRecord(input: PlanInput): Usable {
  const { image, record, acceptUnverified = false } = input;
  if (record === undefined) return { ...input, lack: 'the store has nothing for it' };
  const needsSignature = (image.kind === 'http' || image.kind === 'name') && !record.remote?.docker;
  const isUsable = acceptUnverified || !needsSignature || record.image.signers.length > 0;
  const lack = 'the signature of the copy in the store was never checked';
  return { ...input, record: isUsable ? record : undefined, lack };
}

/** The table's rows for *store*: a file is used; anything else is looked up, and used or not found. */
function storeSteps({ image, record, lack }: Usable): Step[] {
  if (image.kind === 'file') return fileSteps(image.path);
  if (record !== undefined) return [useStore(record, FOUND_BY[image.kind])];
  return [{ action: 'fail', target: image.canonical, why: `${lack}, and only the store was asked` }];
}

const FOUND_BY = {
  http: 'the store has this URL',
  docker: 'the store has this URL',
  name: 'the store has an image of this name and labels',
  id: 'the store has this image',
} as const;

/** The table's rows for *remote*. */
function remoteSteps(input: Usable): Step[] {
  const { image } = input;
  switch (image.kind) {
    case 'file':
      return fileSteps(image.path);
    case 'http':
      return httpSteps(image, input);
    case 'docker':
      return dockerSteps(image, input);
    case 'name':
      return nameSteps(image);
    case 'id':
      return idSteps(image, input);
  }
}

function fileSteps(path: string): Step[] {
  return [{ action: 'use-file', target: path, why: 'a file is used as it is, in every mode' }];
}

function httpSteps({ url }: HttpImage, { image, record, lack, now, noCache }: Usable): Step[] {
  const download = (why: string): Step[] => [
    { action: 'download', target: url, why },
    { action: 'import', target: url, why: 'the response is a new image' },
  ];
  if (record === undefined) return download(lack);
  if (noCache) return download('--no-cache: saved caching data is ignored');
  const freshness = freshnessOf(image, record, now);
  if (freshness.state === 'fresh') return [useStore(record, 'the saved response is still fresh')];
  const http = record.remote?.http;
  if (!http || (http.etag === null && http.lastModified === null)) {
    return download('nothing was saved to ask a conditional request with');
  }
  return [
    { action: 'revalidate', target: url, why: freshness.why },
    { ...useStore(record, 'not modified'), when: 'unchanged' },
    { action: 'import', target: url, why: 'the response is a new image', when: 'changed' },
  ];
}

function dockerSteps({ canonical }: DockerImage, { image, record, lack, noCache }: Usable): Step[] {
  const pull = (why: string): Step[] => [
    { action: 'pull', target: canonical, why },
    { action: 'import', target: canonical, why: 'layers are squashed into one image' },
  ];
  if (record === undefined) return pull(lack);
  if (noCache) return pull('--no-cache: the saved digest is ignored');
  const pin = pinOf(image);
  if (pin !== undefined) return [useStore(record, pin)];
  if (!record.remote?.docker) return pull('no digest was saved to compare with');
  return [
    { action: 'ask-digest', target: canonical, why: 'a tag can move' },
    { ...useStore(record, 'the registry answers the saved digest'), when: 'unchanged' },
    ...pull('the tag has moved: what the store lacks is downloaded').map((step) => ({
      ...step,
      when: 'changed' as const,
    })),
  ];
}

function nameSteps({ canonical }: NameImage): Step[] {
  return [
    {
      action: 'discover',
      target: canonical,
      why: 'a name leads to a URL, which is then got in the same mode',
    },
  ];
}

function idSteps({ id }: IdImage, { record }: Usable): Step[] {
  if (record !== undefined) return [useStore(record, 'an image ID cannot change')];
  return [{ action: 'fail', target: id, why: 'no remote can be asked for an image ID' }];
}

function useStore(record: StoreRecord, why: string): Step {
  return { action: 'use-store', target: record.image.imageId, why };
}
