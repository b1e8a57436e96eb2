/** Manifests of appc that are valid by the way they are made. */
import fc from 'fast-check';

const name = fc.constantFrom('web', 'db', 'log-shipper', 'a1', '0', 'x--y');
const identifier = fc.constantFrom('example.com/web', 'a', 'example.com/a_b~c.d', 'resource/x', 'a//b');
const path = fc.constantFrom('/', '/srv/data', '/bin/web');
const flag = fc.boolean();
const smallInteger = fc.integer({ min: 0, max: 70_000 });
const texts = fc.constantFrom('', 'x', 'some text', 'ünïcödé', '{}');
const version = fc.constantFrom('0.8.11', '1.0.0', '0.0.1-rc.1', '1.2.3+git', '01.02.03-', '0.0.0-a');
const imageId = fc.constantFrom(`sha512-${'ab'.repeat(64)}`, `sha512-${'0f'.repeat(64)}`);

const some = <T>(item: fc.Arbitrary<T>, by: (value: T) => unknown, most = 3): fc.Arbitrary<T[]> =>
  fc.uniqueArray(item, { maxLength: most, selector: by });
const named = <T>(value: fc.Arbitrary<T>) =>
  fc.record({ name: identifier, value }, { requiredKeys: ['name'] });
const optional = <T extends object>(record: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(record, { nil: undefined });

const annotations = fc
  .tuple(
    some(named(texts), ({ name }) => name),
    optional(
      fc.record({
        name: fc.constant('created'),
        value: fc.constantFrom('2026-01-31T12:00:00Z', '2024-02-29T23:59:59.5+01:00'),
      }),
    ),
    optional(
      fc.record({
        name: fc.constant('homepage'),
        value: fc.constantFrom('https://example.com', 'http://example.com:80/a%20b?c#d', 'http://[::1]/'),
      }),
    ),
  )
  .map(([others, ...known]) => [...others, ...known.filter((annotation) => annotation !== undefined)]);
const platform = fc.constantFrom(
  [],
  [{ name: 'os', value: 'linux' }],
  [
    { name: 'arch', value: 'amd64' },
    { name: 'os', value: 'linux' },
  ],
  [
    { name: 'os', value: 'freebsd' },
    { name: 'arch', value: 'arm' },
  ],
  [
    { name: 'version', value: '1.0' },
    { name: 'os', value: 'darwin' },
    { name: 'arch', value: 'x86_64' },
  ],
);

const quantity = fc.constantFrom<(string | number)[]>(
  '10',
  '1.5Gi',
  '250m',
  '1e3',
  '1E',
  '.5',
  '2.',
  10,
  0.5,
  1e21,
  '+3Ki',
  ' 4M ',
);
const isolator = fc.oneof(
  fc.record({
    name: fc.constantFrom('resource/cpu', 'resource/memory'),
    value: fc.record(
      { request: quantity, limit: quantity, default: fc.constant(false) },
      { requiredKeys: [] },
    ),
  }),
  fc.record({
    name: fc.constantFrom('resource/block-bandwidth', 'resource/block-iops', 'resource/network-bandwidth'),
    value: fc.record({ default: fc.constant(true), limit: quantity }, { requiredKeys: ['default'] }),
  }),
  fc.record({
    name: fc.constantFrom('os/linux/capabilities-retain-set', 'os/linux/capabilities-remove-set'),
    value: fc.record({ set: fc.constantFrom(['CAP_KILL'], ['CAP_KILL', 'CAP_CHOWN']) }),
  }),
  fc.record({
    name: fc.constantFrom('os/linux/seccomp-retain-set', 'os/linux/seccomp-remove-set'),
    value: fc.record(
      { set: fc.constant(['@rkt/default-whitelist']), errno: fc.constantFrom('', 'EPERM', 'E2BIG') },
      { requiredKeys: ['set'] },
    ),
  }),
  fc.record({ name: fc.constant('os/linux/no-new-privileges'), value: flag }),
  fc.record({ name: fc.constant('os/linux/oom-score-adj'), value: fc.constantFrom(-1000, 0, 1000) }),
  fc.record({ name: fc.constant('os/linux/cpu-shares'), value: fc.constantFrom(2, 1024, 262_144) }),
  fc.record({
    name: fc.constant('os/linux/selinux-context'),
    value: fc.constant({ user: 'u', role: 'r', type: 't', level: 's0:c1' }),
  }),
  fc.record({
    name: fc.constant('os/unix/sysctl'),
    value: fc.constantFrom({}, { 'net.ipv4.ip_forward': '1' }),
  }),
);
/** No two that exclude each other. */
const isolators = some(isolator, ({ name }) => name.replace(/-(retain|remove)-set$/, ''));

const port = fc.record(
  {
    name,
    protocol: fc.constantFrom('tcp', 'udp'),
    port: fc.constantFrom(1, 80, 65_535),
    count: fc.constantFrom(0, 1),
    socketActivated: flag,
  },
  { requiredKeys: ['port'] },
);
const volume = fc.oneof(
  fc.record(
    { name, kind: fc.constant('host'), source: path, readOnly: flag, recursive: flag },
    { requiredKeys: ['name', 'kind', 'source'] },
  ),
  fc.record(
    {
      name,
      kind: fc.constant('empty'),
      mode: fc.constantFrom('0755', '1777'),
      uid: smallInteger,
      gid: smallInteger,
      readOnly: flag,
    },
    { requiredKeys: ['name', 'kind'] },
  ),
);
const exec = fc.constantFrom(['/bin/web'], ['/bin/web', '--port', '80'], []);
const app = fc.record(
  {
    exec,
    user: fc.constantFrom('0', 'www', '/bin/web'),
    group: fc.constantFrom('0', 'www'),
    supplementaryGIDs: fc.array(smallInteger, { maxLength: 2 }),
    workingDirectory: fc.constantFrom('', '/', '/srv'),
    environment: some(
      fc.record({ name: fc.constantFrom('A', 'B_1', '_c', 'd.e-f'), value: texts }),
      ({ name }) => name,
    ),
    eventHandlers: some(
      fc.record({ name: fc.constantFrom('pre-start', 'post-stop'), exec }),
      ({ name }) => name,
    ),
    mountPoints: some(
      fc.record({ name, path, readOnly: flag }, { requiredKeys: ['name', 'path'] }),
      ({ name }) => name,
    ),
    ports: some(port, ({ name }) => name),
    isolators,
    userAnnotations: fc.dictionary(texts, texts, { maxKeys: 2 }),
    userLabels: fc.dictionary(texts, texts, { maxKeys: 2 }),
  },
  { requiredKeys: ['user', 'group'] },
);

export const podManifest = fc.record(
  {
    acVersion: version,
    acKind: fc.constant('PodManifest'),
    apps: some(
      fc.record(
        {
          name,
          image: fc.record({ name: identifier, id: imageId, labels: platform }, { requiredKeys: ['id'] }),
          app,
          readOnlyRootFS: flag,
          mounts: fc.array(
            fc.record({ volume: name, path, appVolume: volume }, { requiredKeys: ['volume', 'path'] }),
            { maxLength: 2 },
          ),
          annotations,
        },
        { requiredKeys: ['name', 'image'] },
      ),
      ({ name }) => name,
    ),
    volumes: some(volume, ({ name }) => name),
    isolators,
    annotations,
    ports: some(
      fc.record(
        {
          name,
          hostPort: smallInteger,
          hostIP: fc.constantFrom('', '127.0.0.1', '::1', 'fe80::1:2'),
          podPort: port,
        },
        { requiredKeys: ['name', 'hostPort'] },
      ),
      ({ name }) => name,
    ),
    userAnnotations: fc.dictionary(texts, texts, { maxKeys: 2 }),
    userLabels: fc.dictionary(texts, texts, { maxKeys: 2 }),
  },
  { requiredKeys: ['acKind', 'acVersion', 'apps'] },
);

export const imageManifest = fc.record(
  {
    acKind: fc.constant('ImageManifest'),
    acVersion: version,
    name: identifier,
    labels: platform,
    app,
    annotations,
    dependencies: fc.array(
      fc.record(
        { imageName: identifier, imageID: imageId, labels: platform, size: smallInteger },
        { requiredKeys: ['imageName'] },
      ),
      { maxLength: 2 },
    ),
    pathWhitelist: fc.array(path, { maxLength: 2 }),
  },
  { requiredKeys: ['acKind', 'acVersion', 'name'] },
);
