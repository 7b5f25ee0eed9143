-- name: credential
SELECT document FROM credential WHERE scope = :scope;

-- name: put_credential
INSERT INTO credential (scope, document) VALUES (:scope, :document)
ON CONFLICT (scope) DO UPDATE SET document = excluded.document;
