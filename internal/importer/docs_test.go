package importer

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
)

// examples are the blocks of docs/import.md by their language.
func examples(t *testing.T) map[string]string {
	t.Helper()
	data, err := os.ReadFile("../../docs/import.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := map[string]string{}
	for i, part := range strings.Split(string(data), "```") {
		if lang, text, found := strings.Cut(part, "\n"); found && i%2 == 1 {
			blocks[lang] = text
		}
	}
	return blocks
}

func TestTheExamplesOfTheDocumentationAreRead(t *testing.T) {
	blocks := examples(t)
	for lang, want := range map[string]int{"csv": 3, "json": 2, "ics": 1} {
		rows, err := Read("x."+lang, strings.NewReader(blocks[lang]), site(t))
		if err != nil || len(rows) != want {
			t.Errorf("%s: %d rows, %v", lang, len(rows), err)
		}
	}
}

func TestTheSchemaOfTheDocumentationHasTheFieldsThatAreRead(t *testing.T) {
	var schema struct {
		Defs struct {
			Appointment struct {
				Properties map[string]any
			}
		} `json:"$defs"`
	}
	if err := json.Unmarshal([]byte(examples(t)["jsonschema"]), &schema); err != nil {
		t.Fatal(err)
	}
	var names []string
	for name := range schema.Defs.Appointment.Properties {
		names = append(names, name)
	}
	known := slices.Clone(fieldNames[:])
	slices.Sort(names)
	slices.Sort(known)
	if !slices.Equal(names, known) {
		t.Errorf("the schema has %v, read are %v", names, known)
	}
}
