/** The company a company file is for, as far as a glance tells; the API reads the file with care. */
export function parseYamlCode(yaml: string): string {
  return /^code:[ \t]*["']?([^"'#\s]*)/m.exec(yaml)?.[1] || '-';
}
