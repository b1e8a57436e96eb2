/** Manifests for measuring. */

/** Lines of one document of {@link deployments}. */
export const DOCUMENT_LINES = 28;

/**
 * Deployments as people write them, 28 lines and three containers each, in one file.
 * @param images the image of the n-th container
 */
export function deployments(documents: number, images: (container: number) => string): string {
  return Array.from({ length: documents }, (_, at) => deployment(at, images)).join('');
}

function deployment(at: number, images: (container: number) => string): string {
  const container = (index: number): string => `        - name: c${index}
          image: ${images(at * 3 + index)}
          imagePullPolicy: ${index === 0 ? 'Always' : 'IfNotPresent'}
          ports: [{ containerPort: ${8000 + index} }]
`;
  return `---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: app-${at}
  labels: { app: app-${at} }
spec:
  replicas: 2
  selector:
    matchLabels:
      app: app-${at}
  template:
    metadata:
      labels: { app: app-${at} }
    spec:
      containers:
${[0, 1, 2].map(container).join('')}`;
}
