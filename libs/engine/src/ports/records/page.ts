export interface Page<T> {
  readonly items: readonly T[];
  readonly nextPageToken: string | null;
}
export interface PageRequest {
  readonly pageSize: number;
  readonly pageToken: string | null;
}
