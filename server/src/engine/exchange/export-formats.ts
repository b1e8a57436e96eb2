/** What an image can be exported as: its ACI, an OCI image layout, or what `docker save` writes. */
export const EXPORT_FORMATS = ['aci', 'oci', 'docker-archive'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];
