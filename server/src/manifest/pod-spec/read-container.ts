import { quote } from '../../domain/quote.ts';
import type { KeyReader } from './key-reader.ts';
import type {
  KubernetesContainer,
  KubernetesMount,
  KubernetesPort,
  KubernetesVariable,
  Unread,
} from './kubernetes-pod.ts';
import { readSecurity } from './read-security.ts';

/** Reads a container of any role (API reference, "Container v1 core"). */
export function readContainer(reader: KeyReader, role: KubernetesContainer['role']): KubernetesContainer {
  const name = reader.text('name');
  if (name === undefined || name.value === '')
    reader.problem(reader.span, `${reader.path} must have "name".`);
  const image = reader.text('image');
  if (image === undefined || image.value === '')
    reader.problem(name?.span ?? reader.span, `${reader.path} must have "image".`);
  reader.unlessFalse('stdin', 'stdinOnce', 'tty');

  const unread: Unread[] = [];
  const each = <T>(key: string, read: (item: KeyReader) => T): T[] =>
    reader.objects(key).map((item) => {
      const value = read(item);
      unread.push(...item.unread());
      return value;
    });
  const env = each('env', readVariable).filter((variable) => variable !== undefined);
  const ports = each('ports', readPort);
  const mounts = each('volumeMounts', readMount);
  const resources = reader.object('resources');
  const [limits, requests] = [resources.dictionary('limits'), resources.dictionary('requests')];
  const { security, unread: ofSecurity } = readSecurity(reader, 'container');
  const envFrom = reader.key('envFrom');
  const parts = {
    imagePullPolicy: reader.text('imagePullPolicy'),
    restartPolicy: role === 'initContainer' ? reader.text('restartPolicy') : undefined,
    command: reader.texts('command'),
    args: reader.texts('args'),
    workingDir: reader.text('workingDir'),
  };
  unread.push(...resources.unread(), ...ofSecurity, ...reader.unread());
  return {
    role,
    path: reader.path,
    span: name?.span ?? reader.span,
    name: name?.value ?? '',
    image,
    ...parts,
    env,
    envFrom: envFrom && { ...envFrom, value: true },
    ports,
    mounts,
    limits,
    requests,
    security,
    unread,
  };
}

function readVariable(reader: KeyReader): KubernetesVariable | undefined {
  const name = reader.text('name');
  const value = reader.text('value');
  const valueFrom = reader.key('valueFrom');
  if (name !== undefined) return { name, value, valueFrom: valueFrom && { ...valueFrom, value: true } };
  reader.problem(reader.span, `${reader.path} must have "name".`);
  return undefined;
}

function readPort(reader: KeyReader): KubernetesPort {
  const containerPort = reader.integer('containerPort');
  const hostPort = reader.integer('hostPort');
  for (const port of [containerPort, hostPort]) {
    if (port === undefined || (port.value >= 1 && port.value <= 65_535)) continue;
    reader.problem(port.span, `${port.path} must be an integer from 1 to 65535; it is ${port.value}.`);
  }
  if (containerPort === undefined) reader.problem(reader.span, `${reader.path} must have "containerPort".`);
  return {
    path: reader.path,
    span: containerPort?.span ?? reader.span,
    name: reader.text('name'),
    protocol: reader.text('protocol'),
    containerPort,
    hostPort,
    hostIP: reader.text('hostIP'),
  };
}

function readMount(reader: KeyReader): KubernetesMount {
  const volume = reader.text('name');
  const mountPath = reader.text('mountPath');
  if (volume === undefined || mountPath === undefined || mountPath.value === '')
    reader.problem(
      volume?.span ?? reader.span,
      `${reader.path} must have ${quote('name')} and ${quote('mountPath')}.`,
    );
  const readOnly = reader.flag('readOnly');
  const subPath = reader.text('subPath');
  const isPart = subPath !== undefined && subPath.value !== '';
  return {
    path: reader.path,
    span: mountPath?.span ?? volume?.span ?? reader.span,
    volume: volume?.value ?? '',
    mountPath,
    readOnly: readOnly?.value ?? false,
    subPath: isPart ? subPath : subPathExpression(reader),
  };
}

function subPathExpression(reader: KeyReader): KubernetesMount['subPath'] {
  const found = reader.text('subPathExpr');
  return found === undefined || found.value === '' ? undefined : found;
}
