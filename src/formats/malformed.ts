// How a reader of binary data says, from deep inside, that the data is none of its format. Caught by that reader; not for others.

export class Malformed extends Error {}

export interface Failure {
  readonly state: "malformed";
  readonly reason: string;
}
