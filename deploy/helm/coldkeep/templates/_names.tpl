{{- /* What other templates say more than once. */ -}}

{{- define "coldkeep.name" -}}
{{- if contains "coldkeep" .Release.Name }}{{ .Release.Name | trunc 50 | trimSuffix "-" }}{{ else }}{{ printf "%s-coldkeep" (.Release.Name | trunc 40 | trimSuffix "-") }}{{ end }}
{{- end }}

{{- define "coldkeep.selector" -}}
app.kubernetes.io/name: coldkeep
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "coldkeep.labels" -}}
{{ include "coldkeep.selector" . }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "coldkeep.database" -}}
{{ include "coldkeep.name" . }}-db
{{- end }}

{{- /* The database's address; the password never stands in it. */ -}}
{{- define "coldkeep.meta" -}}
{{- $db := .Values.database -}}
{{- $hosts := $db.hosts -}}
{{- if $db.cloudNativePG.enabled -}}
{{- if $hosts }}{{ fail "database.hosts and database.cloudNativePG.enabled: leave one out" }}{{ end -}}
{{- $hosts = list (printf "%s-rw" (include "coldkeep.database" .)) -}}
{{- else -}}
{{- if not $hosts }}{{ fail "database: name its hosts, or enable cloudNativePG" }}{{ end -}}
{{- if not $db.passwordSecret }}{{ fail "database.passwordSecret: the Secret with the password of the database's user" }}{{ end -}}
{{- end -}}
postgres://{{ $db.user }}@{{ join "," $hosts }}/{{ $db.name }}?sslmode={{ $db.sslmode }}
{{- if include "coldkeep.databaseCa" . }}&sslrootcert=/etc/coldkeep/database/ca.crt{{ end }}
{{- end }}

{{- /* The Secret with the database's authority, if there is one. */ -}}
{{- define "coldkeep.databaseCa" -}}
{{- if ne .Values.database.sslmode "disable" -}}
{{- if .Values.database.caSecret }}{{ .Values.database.caSecret }}{{ else if .Values.database.cloudNativePG.enabled }}{{ include "coldkeep.database" . }}-ca{{ end -}}
{{- end -}}
{{- end }}

{{- define "coldkeep.passwordSecret" -}}
{{- if .Values.database.cloudNativePG.enabled }}{{ include "coldkeep.database" . }}-app{{ else }}{{ .Values.database.passwordSecret }}{{ end }}
{{- end }}

{{- /* Where the bytes are: just one place. */ -}}
{{- define "coldkeep.blobs" -}}
{{- $b := .Values.blobs -}}
{{- $said := compact (list $b.claim $b.s3.bucket $b.rados.pool) -}}
{{- if ne (len $said) 1 }}{{ fail "blobs: name one of claim, s3.bucket and rados.pool" }}{{ end -}}
{{- if $b.claim -}}
file:///srv/coldkeep
{{- else if $b.s3.bucket -}}
{{- if not $b.s3.secret }}{{ fail "blobs.s3.secret: the Secret with access-key and secret-key" }}{{ end -}}
s3://{{ $b.s3.bucket }}{{ with $b.s3.prefix }}/{{ . }}{{ end }}?region={{ $b.s3.region }}{{ with $b.s3.endpoint }}&endpoint={{ . }}{{ end }}
{{- else -}}
{{- if not $b.rados.secret }}{{ fail "blobs.rados.secret: the Secret with ceph.conf and keyring" }}{{ end -}}
rados://{{ $b.rados.pool }}?conf=/etc/ceph/ceph.conf
{{- end -}}
{{- end }}
