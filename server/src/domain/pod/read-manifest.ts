import { LarderError } from '../errors.ts';
import { JsonFields } from './json-fields.ts';
import { AC_VERSION } from './pod-manifest.ts';
import type {
  App,
  EventHandler,
  ExposedPort,
  ImageManifest,
  Isolator,
  Mount,
  MountPoint,
  NameValue,
  PodManifest,
  Port,
  RuntimeApp,
  RuntimeImage,
  Volume,
} from './pod-manifest.ts';

/**
 * Reads the JSON text of a PodManifest. Only the types are looked at: appcProblems judges the rest.
 * @throws LarderError E_MANIFEST when it is no JSON or a value has a wrong type
 */
export function readPodManifest(json: string): PodManifest {
  return read(json, 'The pod manifest', 'correct it', (fields) => ({
    acVersion: fields.text('acVersion') ?? AC_VERSION,
    acKind: 'PodManifest',
    apps: fields.objects('apps', runtimeApp) ?? [],
    ...present({
      volumes: fields.objects('volumes', volume),
      isolators: fields.objects('isolators', isolator),
      annotations: fields.objects('annotations', nameValue),
      ports: fields.objects('ports', exposedPort),
      userAnnotations: fields.dictionary('userAnnotations'),
      userLabels: fields.dictionary('userLabels'),
    }),
  }));
}

/**
 * Reads the JSON text of an image's manifest, as far as a pod needs it.
 * @throws LarderError E_MANIFEST when it is no JSON or a value has a wrong type
 */
export function readImageManifest(json: string): ImageManifest {
  return read(json, "The image's manifest", 'ask its publisher for another build', (fields) => ({
    name: fields.text('name') ?? '',
    labels: fields.objects('labels', nameValue) ?? [],
    annotations: fields.objects('annotations', nameValue) ?? [],
    ...present({ app: fields.object('app', app) }),
  }));
}

function read<T>(json: string, what: string, next: string, build: (fields: JsonFields) => T): T {
  try {
    return build(new JsonFields(JSON.parse(json), ''));
  } catch (error) {
    if (!(error instanceof LarderError) && !(error instanceof SyntaxError)) throw error;
    const why = error instanceof LarderError ? error.message : 'it is not JSON';
    throw new LarderError('E_MANIFEST', `${what} cannot be used because ${why}; ${next}.`, error);
  }
}

/** Leaves out what is undefined. */
function present<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

function runtimeApp(fields: JsonFields): RuntimeApp {
  return {
    name: fields.text('name') ?? '',
    image: fields.object('image', runtimeImage) ?? {},
    ...present({
      app: fields.object('app', app),
      readOnlyRootFS: fields.flag('readOnlyRootFS'),
      mounts: fields.objects('mounts', mount),
      annotations: fields.objects('annotations', nameValue),
    }),
  };
}

function runtimeImage(fields: JsonFields): RuntimeImage {
  return present({
    name: fields.text('name'),
    id: fields.text('id'),
    labels: fields.objects('labels', nameValue),
  });
}

function app(fields: JsonFields): App {
  return {
    exec: fields.texts('exec') ?? [],
    user: fields.text('user') ?? '',
    group: fields.text('group') ?? '',
    ...present({
      eventHandlers: fields.objects('eventHandlers', eventHandler),
      supplementaryGIDs: fields.list('supplementaryGIDs', (item) => Number(item)),
      workingDirectory: fields.text('workingDirectory'),
      environment: fields.objects('environment', nameValue),
      mountPoints: fields.objects('mountPoints', mountPoint),
      ports: fields.objects('ports', port),
      isolators: fields.objects('isolators', isolator),
      userAnnotations: fields.dictionary('userAnnotations'),
      userLabels: fields.dictionary('userLabels'),
    }),
  };
}

const eventHandler = (fields: JsonFields): EventHandler => ({
  name: fields.text('name') ?? '',
  exec: fields.texts('exec') ?? [],
});

const nameValue = (fields: JsonFields): NameValue => ({
  name: fields.text('name') ?? '',
  value: fields.text('value') ?? '',
});

const mountPoint = (fields: JsonFields): MountPoint => ({
  name: fields.text('name') ?? '',
  path: fields.text('path') ?? '',
  ...present({ readOnly: fields.flag('readOnly') }),
});

const mount = (fields: JsonFields): Mount => ({
  volume: fields.text('volume') ?? '',
  path: fields.text('path') ?? '',
  ...present({ appVolume: fields.object('appVolume', volume) }),
});

function volume(fields: JsonFields): Volume {
  return {
    name: fields.text('name') ?? '',
    kind: fields.text('kind') ?? '',
    ...present({
      source: fields.text('source'),
      readOnly: fields.flag('readOnly'),
      recursive: fields.flag('recursive'),
      mode: fields.text('mode'),
      uid: fields.number('uid'),
      gid: fields.number('gid'),
    }),
  };
}

function port(fields: JsonFields): Port {
  return {
    ...present({ name: fields.text('name'), protocol: fields.text('protocol') }),
    port: fields.number('port') ?? 0,
    ...present({ count: fields.number('count'), socketActivated: fields.flag('socketActivated') }),
  };
}

const exposedPort = (fields: JsonFields): ExposedPort => ({
  name: fields.text('name') ?? '',
  hostPort: fields.number('hostPort') ?? 0,
  ...present({ hostIP: fields.text('hostIP'), podPort: fields.object('podPort', port) }),
});

const isolator = (fields: JsonFields): Isolator => ({
  name: fields.text('name') ?? '',
  ...present({ value: fields.any('value') }),
});
