package catalogue

import (
	"os"
	"reflect"
	"testing"
)

func example(t testing.TB) (Catalogue, []byte) {
	t.Helper()
	data, err := os.ReadFile("testdata/example.toml")
	if err != nil {
		t.Fatal(err)
	}
	c, err := Parse(data)
	if err != nil {
		t.Fatalf("the example:\n%v", err)
	}
	return c, data
}

func TestExampleReadsAndComesBack(t *testing.T) {
	c, _ := example(t)
	if len(c.Departments) != 2 || len(c.Services) != 4 || len(c.Counters) != 2 || len(c.Openings) != 3 || c.Holidays.Calendar != "DE-NW" {
		t.Errorf("%+v", c)
	}
	data, err := c.Encode()
	if err != nil {
		t.Fatal(err)
	}
	again, err := Parse(data)
	if err != nil {
		t.Fatalf("%v in\n%s", err, data)
	}
	if !reflect.DeepEqual(c, again) {
		t.Errorf("%+v\nis now\n%+v", c, again)
	}
	if d := again.Diff(c); len(d) > 0 {
		t.Errorf("Diff of equal catalogues: %q", d)
	}
}
