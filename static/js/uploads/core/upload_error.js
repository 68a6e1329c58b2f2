/**
 * Why an upload straight into storage cannot continue. `kind` is `refused` (by the server, for what the file is),
 * `gone` (ended elsewhere), `blocked` (storage lets no page of this origin in: take another door) or `failed` (given
 * up; `resume()` tries again).
 */
export class UploadError extends Error {
  /**
   * @param {"refused" | "gone" | "blocked" | "failed"} kind
   * @param {string} message
   * @param {any} [problem] the server's problem+json
   */
  constructor(kind, message, problem = null) {
    super(message);
    this.kind = kind;
    this.problem = problem;
  }
}
