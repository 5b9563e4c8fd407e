/** Bytes in base64, as REST has them, in capital hex, as people know hashes and addresses. */
export function hexOfBase64(text: string): string {
  return Array.from(atob(text), (char) => char.charCodeAt(0).toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase();
}
