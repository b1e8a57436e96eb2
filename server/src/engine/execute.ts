import { LarderError } from '../domain/errors.ts';
import type {
  DockerImage,
  FileImage,
  HttpImage,
  Image,
  ImageKind,
  NameImage,
  Platform,
} from '../domain/image.ts';
import type { Plan, Step, When } from '../domain/plan.ts';
import { quote } from '../domain/quote.ts';
import type { StoreRecord } from '../domain/record.ts';
import type { Endpoint } from './discovery/endpoints.ts';
import type { FetchOutcome } from './progress.ts';
import { checkExpected } from './sources/expectation.ts';
import type { Obtained, Source, SourceContext } from './sources/source.ts';
import type { Store } from './store/store.ts';

export interface Fetched {
  /** Full image ID. */
  readonly imageId: string;
  readonly outcome: FetchOutcome;
}

/** What gets images from their remotes. */
export interface Sources {
  readonly docker: Source<DockerImage>;
  readonly http: Source<HttpImage>;
  readonly file: Pick<Source<FileImage>, 'get'>;
  readonly discovery: {
    /** @returns one or more places to try, in order */
    find(image: NameImage, platform: Platform, signal: AbortSignal): Promise<Endpoint[]>;
  };
}

export interface Executor {
  readonly store: Pick<Store, 'touch'>;
  readonly sources: Sources;
  /** Gets what was discovered, as an http image in remote mode. */
  readonly getDiscovered: (endpoint: Endpoint, context: SourceContext) => Promise<Fetched>;
}

/**
 * Does what a plan says.
 * @param record what the plan was made for
 */
export async function execute(
  todo: Plan,
  record: StoreRecord | undefined,
  context: SourceContext,
  { store, sources, getDiscovered }: Executor,
): Promise<Fetched> {
  let found: When | undefined;
  let obtained: Obtained | null = null;
  for (const step of todo.steps) {
    if (step.when !== undefined && step.when !== found) continue;
    switch (step.action) {
      case 'use-store':
        if (context.expected !== undefined)
          checkExpected(stored(record).image, context.expected, 'the store');
        await store.touch([step.target]);
        return { imageId: step.target, outcome: outcomeOf(todo, step) };
      case 'fail':
        throw record === undefined ? notInStore(todo) : neverVerified(todo);
      case 'ask-digest': {
        const answer = await sources.docker.ask(imageOf(todo, 'docker'), stored(record), context);
        found = answer.found;
        break;
      }
      case 'revalidate': {
        const answer = await sources.http.ask(imageOf(todo, 'http'), stored(record), context);
        found = answer.found;
        if (answer.found === 'changed') obtained = answer.obtained;
        break;
      }
      case 'pull':
        obtained = await sources.docker.get(imageOf(todo, 'docker'), context);
        break;
      case 'download':
        obtained = await sources.http.get(imageOf(todo, 'http'), context);
        break;
      case 'use-file': {
        const file = await sources.file.get(imageOf(todo, 'file'), context);
        return { imageId: await file.import(), outcome: 'fetched' };
      }
      case 'import':
        if (obtained === null) throw new Error('a plan imports nothing');
        return { imageId: await obtained.import(), outcome: 'fetched' };
      case 'discover': {
        const image = imageOf(todo, 'name');
        const expected = context.expected ?? { named: image, imageId: null, size: null };
        const endpoints = await sources.discovery.find(image, context.platform, context.signal);
        return firstOf(endpoints, (endpoint) => getDiscovered(endpoint, { ...context, expected }));
      }
    }
  }
  throw new Error(`the plan for ${todo.image.canonical} does not end`);
}

/** Tries one place after the other; when all fail, the last failure counts. */
async function firstOf(
  [endpoint, ...others]: readonly Endpoint[],
  get: (endpoint: Endpoint) => Promise<Fetched>,
): Promise<Fetched> {
  if (endpoint === undefined) throw new Error('nothing was discovered');
  try {
    return await get(endpoint);
  } catch (error) {
    const isFinal = others.length === 0 || !(error instanceof LarderError) || error.code === 'E_CANCELLED';
    if (isFinal) throw error;
    return firstOf(others, get);
  }
}

function outcomeOf(todo: Plan, step: Step): FetchOutcome {
  if (step.when === 'unchanged') return 'revalidated';
  return todo.mode === 'remote' ? 'cached' : 'store';
}

function imageOf<K extends ImageKind>({ image }: Plan, kind: K): Extract<Image, { kind: K }> {
  if (image.kind !== kind) throw new Error(`a plan for a ${image.kind} image has a step for a ${kind} image`);
  return image as Extract<Image, { kind: K }>;
}

function stored(record: StoreRecord | undefined): StoreRecord {
  if (record === undefined) throw new Error('a plan uses what the store does not have');
  return record;
}

/** What a shell takes as it is: the labels of a dependency are a remote's, and commands in messages are copied. */
const PLAIN = /^[\w.~/:=,@%+-]{1,1000}$/;

function notInStore({ image, mode }: Plan): LarderError {
  if (image.kind === 'id') {
    const why = 'no remote can be asked for an image ID; fetch it by name or URL';
    return new LarderError('E_NOT_IN_STORE', `The image ${image.id} is not in the store, and ${why}.`);
  }
  const flag = mode === 'store' ? ' and --no-fetch allows no request' : '';
  const { canonical } = image;
  const isPlain = PLAIN.test(canonical);
  const advice = `fetch it first with${isPlain ? `: larder fetch ${canonical}` : ' larder fetch'}`;
  return new LarderError(
    'E_NOT_IN_STORE',
    `${isPlain ? canonical : quote(canonical)} is not in the store${flag}; ${advice}.`,
  );
}

function neverVerified({ image }: Plan): LarderError {
  return new LarderError(
    'E_SIGNATURE_MISSING',
    `${image.canonical} is in the store, but its signature was never checked; fetch it, so that it is, or accept it with --insecure-options=image.`,
  );
}
