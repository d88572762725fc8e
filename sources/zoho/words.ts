/** How the system is called in sentences. */
export const ZOHO = { title: { zh: 'Zoho CRM', en: 'Zoho CRM' } } as const;
