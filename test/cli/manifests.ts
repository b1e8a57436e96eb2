/** Manifests for the commands that read files. */
export const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata: { name: shop }
spec:
  template:
    spec:
      containers:
        - name: web
          image: registry.example/web:1
          imagePullPolicy: Allways
        - name: api
          image: registry.example/api:1
        - name: db
          image: Postgres:17
        - name: cache
          image: redis:7
          imagePullPolicy: Never
        - name: late
          image: "{{ .Values.image }}"
`;
